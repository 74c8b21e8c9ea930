// Tables of clips and lists of segments: sorting, choosing, editing, export. Rows are read from the page, as they stand there.
const plain = (cell) => (cell.querySelector("input")?.value ?? cell.innerText).trim();

function rows() { // [{column: text}], in the order shown
  const names = [...element.querySelectorAll("th[data-name]")].map((head) => head.dataset.name);
  return [...element.querySelectorAll("tbody tr")].map((row) => Object.fromEntries(names.map((name) => {
    const cell = row.querySelector(`[data-cell="${name}"]`);
    const value = cell.dataset.value ?? plain(cell);
    return [name, cell.dataset.number === undefined || value === "" ? value : Number(value)];
  })));
}

function save(kind) {
  const quoted = (value) => {
    const text = typeof value === "string" && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value); // a spreadsheet takes these for formulas
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const found = rows(), names = Object.keys(found[0] || {});
  const text = kind === "json" ? JSON.stringify(found, null, 1) : [names, ...found.map((row) => names.map((name) => row[name]))].map((row) => row.map(quoted).join(",")).join("\r\n");
  const link = Object.assign(document.createElement("a"), {
    download: `${element.querySelector("table").dataset.file}.${kind}`,
    href: URL.createObjectURL(new Blob([text], { type: kind === "json" ? "application/json" : "text/csv" })),
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function sort(head) {
  const up = head.getAttribute("aria-sort") !== "ascending", name = head.dataset.name;
  for (const other of element.querySelectorAll("th")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const key = (row) => { const cell = row.querySelector(`[data-cell="${name}"]`); return cell.dataset.number === undefined ? plain(cell).toLowerCase() : Number(cell.dataset.value || -1); };
  const body = element.querySelector("tbody"), sorted = [...body.rows].sort((one, two) => (key(one) < key(two) ? -1 : key(one) > key(two) ? 1 : 0));
  body.replaceChildren(...(up ? sorted : sorted.reverse()));
}

function hand() { // what stands on the time line
  const marks = [...element.querySelectorAll("tr[data-start]")].map((row) => [Number(row.dataset.start), Number(row.dataset.end), plain(row.querySelector("[data-cell=label]")), row.dataset.colors.split("|")]);
  document.dispatchEvent(new CustomEvent("skeleton-marks", { detail: { kind: "segments", marks } }));
}

element.addEventListener("click", (event) => {
  const target = (name) => event.target.closest(`[data-${name}]`);
  if (target("save")) save(target("save").dataset.save);
  else if (event.target.closest("th button")) sort(event.target.closest("th"));
  else if (target("seek")) document.dispatchEvent(new CustomEvent("skeleton-seek", { detail: Number(target("seek").dataset.seek) }));
  else if (target("open")) {
    for (const row of element.querySelectorAll("tr[aria-current]")) row.removeAttribute("aria-current");
    target("open").closest("tr").setAttribute("aria-current", "true");
    trigger("select", { row: Number(target("open").dataset.open) });
  }
});
if (element.closest("#segments-found")) {
  element.addEventListener("change", hand); // a label was edited
  watch("value", () => requestAnimationFrame(hand));
}
