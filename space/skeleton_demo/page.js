// Runs before gradio's own scripts: shows the parts of the page that are plain HTML at once, holds what is pressed while a clip is
// read until that is there, and takes files that are dropped anywhere. `window.skeletons` is for the components' scripts.
window.skeletons = (() => {
  const ACTIONS = "#ask-go, #describe-go, #recognise-go, #compare-go, #segments-go, #stress-go, #explain-go, #write-go, #suggested button";
  const held = new Set();
  let reading = 0, landing = null, lost = false, waiting = null; // files that were dropped while another clip is read

  function tell() {
    const note = document.getElementById("held");
    if (!note) return;
    const names = [...held].map((id) => document.getElementById(id)?.textContent.trim()).filter(Boolean);
    if (waiting) names.unshift(waiting.length > 1 ? `${waiting.length} files` : waiting[0].name);
    const waits = names.length ? ` Then: ${names.join(", ")}.` : "";
    note.textContent = reading || waits ? `Reading the clip.${waits}` : lost ? "The clip has changed: that answer is gone." : "";
  }

  function begin() { // a clip is read from now on
    if (landing) { // it is the one that was uploaded
      clearTimeout(landing);
      landing = null;
    } else if (!reading++) lost = false;
    tell();
  }

  function end() {
    reading = Math.max(0, reading - 1);
    if (!reading) setTimeout(release, 150); // another clip may have been asked for meanwhile: its reading begins now
    tell();
  }

  function release() {
    if (reading) return;
    if (waiting) return drop(waiting);
    const card = document.getElementById("read-card"), refusal = card?.querySelector("[role=alert]");
    card?.toggleAttribute("data-refused", Boolean(refusal)); // stands where it is seen
    refusal?.scrollIntoView({ block: "nearest" });
    const ids = [...held];
    held.clear();
    tell();
    for (const id of ids) document.getElementById(id)?.click();
  }

  function landed() { // an upload that no clip is read from
    if (!landing) return;
    clearTimeout(landing);
    landing = null;
    end();
  }

  // uploads are seen by their requests: gradio says when one is through, not when it begins or fails
  const plain = window.fetch;
  window.fetch = async (resource, options) => {
    if (!/\/upload(\?|$)/.test(resource?.url ?? String(resource)) || options?.method !== "POST") return plain(resource, options);
    landed();
    begin();
    let good = false;
    try {
      const answer = await plain(resource, options);
      good = answer.ok;
      return answer;
    } finally { // what reads it begins within moments
      landing = setTimeout(landed, good ? 2000 : 0);
    }
  };

  function hold(event, button) {
    if (!reading) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.target.closest(".why")) lost = true; // of an answer that goes with its clip
    else if (button.dataset.ask) { // suggestions change with the clip
      fill("#question textarea", button.dataset.ask);
      held.add("ask-go");
    } else held.add(button.id);
    tell();
  }
  addEventListener("click", (event) => {
    const button = event.target.closest?.(`${ACTIONS}, .why`);
    if (button) hold(event, button);
  }, true);
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.matches?.("#question textarea")) hold(event, document.getElementById("ask-go"));
  }, true);

  // gives a field of gradio's a value, as if it were typed
  function fill(selector, text) {
    const field = document.querySelector(selector);
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // gives files to the page as if they were chosen under File, one after the other: gradio's field takes none while it holds others
  function drop(files) {
    waiting = reading ? files : null;
    if (waiting) return tell();
    begin(); // until their upload does
    landing = setTimeout(landed, 7000);
    give(files);
  }

  // the field is built when its tab is first opened, and anew after each upload
  function give(files, tries = 50) {
    const field = document.querySelector("#upload input[type=file]");
    if (field) {
      field.files = files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (tries) {
      if (tries === 50) [...document.querySelectorAll("#choose [role=tab]")].find((tab) => tab.textContent.trim() === "File")?.click();
      setTimeout(() => give(files, tries - 1), 100);
    }
  }
  const brings = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files") && !event.target.closest?.("#upload, #second-file");
  const mark = (on) => document.body.toggleAttribute("data-drop", on);
  addEventListener("dragover", (event) => {
    if (!brings(event)) return mark(false);
    event.preventDefault();
    mark(true);
  });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(false); });
  addEventListener("drop", (event) => {
    mark(false);
    if (!brings(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files.length) drop(event.dataTransfer.files);
  });
  // what makes so many parts of the page visible
  const shown = (count, visible = true) => Array.from({ length: count }, () => ({ __type__: "update", visible }));
  // what a press of a panel's button makes of the columns of all panels, its own first, and of what stands in its own: at most one is open
  const panel = (name, columns, inner) => [...shown(1, !document.getElementById(`panel-${name}`)), ...shown(columns - 1, false), ...shown(inner)];
  function press(id, tries = 100) { // as soon as it is there
    const button = document.getElementById(id);
    if (button) button.click();
    else if (tries) setTimeout(() => press(id, tries - 1), 100);
    return button;
  }
  return { begin, end, landed, fill, drop, shown, panel, press };
})();

{
  // arguments of endpoints are no part of the page: gradio would wait until they are there
  for (const { type, props } of gradio_config.components) if (type === "api") props.visible = false;
  // the parts of the page that are HTML stand in gradio's description of it
  const parts = Object.fromEntries(gradio_config.components.filter(({ props }) => props?.elem_id).map(({ props }) => [props.elem_id, props]));
  const html = (id) => (typeof parts[id]?.value === "string" ? parts[id].value.replace(/ id="[^"]*"/g, "") : "");
  const opening = document.getElementById("opening"), dark = localStorage.getItem("dark");
  document.body.classList.toggle("dark", dark ? dark === "1" : matchMedia("(prefers-color-scheme: dark)").matches);
  if (location.search) opening.innerHTML = `<div class="masthead">${html("masthead")}</div>`; // another clip than the one that is built in
  else {
    opening.innerHTML = `<div class="masthead">${html("masthead")}</div><div class="sides"><div><div class="stage"></div>${html("filmstrip")}${html("read-card")}</div>
      <div><div class="field">Ask about this clip</div><div class="chips">${html("suggested")}</div><div class="field large"></div>${html("first")}${html("foot")}</div></div>`;
    const { value, html_template: markup, js_on_load: script } = parts["clip-viewer"], stage = opening.querySelector(".stage");
    stage.innerHTML = markup;
    new Function("element", "props", "watch", script)(stage, { value: { ...value, still: true } }, () => {});
  }
  // the page proper is shown when all that is seen first is there
  const needed = ["#clip-viewer canvas", "#filmstrip .frames, #filmstrip .html-container", "#examples label", "#overrides", "#question textarea", "#labels textarea", "#recognise-go", "#actions button", "#export"];
  const watching = new MutationObserver(() => {
    if (!needed.every((selector) => document.querySelector(selector))) return;
    watching.disconnect();
    // what sticks needs ancestors that do not clip
    for (let each = document.getElementById("clip-side"); each.localName !== "gradio-app"; each = each.parentElement) each.classList.add("around");
    document.body.toggleAttribute("data-ready", true);
    opening.remove();
  });
  watching.observe(document.documentElement, { childList: true, subtree: true });
}
