"""Browser scripts of single controls, in addition to page.js."""

from __future__ import annotations

from pathlib import Path

SUGGEST = """
element.addEventListener("click", (event) => {
  const chip = event.target.closest("button");
  if (!chip) return;
  if (!chip.dataset.ask) return trigger("select", {});
  skeletons.fill("#question textarea", chip.dataset.ask);
  document.getElementById("ask-go").click();
});
"""
LABEL_SETS = """
element.addEventListener("click", (event) => {
  const labels = event.target.closest("button")?.dataset.labels;
  if (labels) skeletons.fill("#labels textarea", labels);
});
"""
# gradio's page takes its ground from the system's theme, not from the page's
TOGGLE = """
document.body.style.background = "var(--body-background-fill)";
if (localStorage.getItem("dark")) document.body.classList.toggle("dark", localStorage.getItem("dark") === "1");
element.querySelector("#start-over").addEventListener("click", () => {
  localStorage.clear();
  location.assign(location.pathname);
});
element.querySelector("#theme-toggle").addEventListener("click", () => localStorage.setItem("dark", document.body.classList.toggle("dark") ? "1" : "0"));
"""
# constants: what changes is set by the script
LINK = """
<div class="link">
  <label for="link-text">A link that asks this again</label>
  <div><input id="link-text" type="text" readonly><button type="button">Copy link</button></div>
  <p class="hint" role="status"></p>
</div>
"""
COPY = """
const [field, button, note] = ["input", "button", ".hint"].map((part) => element.querySelector(part));
function show(value) {
  const { query, why_not } = value || { query: "", why_not: "" };
  field.value = query ? location.origin + location.pathname + query : "";
  element.querySelector(".link > div").hidden = button.disabled = !query;
  note.textContent = why_not;
}
button.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch { // a page without https
    field.select();
    document.execCommand("copy");
  }
  note.textContent = "Copied.";
});
watch("value", () => show(props.value));
show(props.value);
"""
# the address keeps what was asked: a reload brings it back, and nothing is kept on the server
ADDRESS = """
const plain = props.value.query;
watch("value", () => {
  const { query } = props.value;
  history.replaceState(null, "", !query || query === plain ? location.pathname : query);
});
"""
CAMERA_SCRIPT = (Path(__file__).parent / "camera.js").read_text(encoding="utf-8")
CODE = """
<div class="code"><header><span>The same in Python</span><button type="button">Copy</button></header>
<pre tabindex="0" role="region" aria-label="The same in Python"><code></code></pre></div>
"""
COPY_CODE = """
const code = element.querySelector("code"), copy = element.querySelector("button");
const show = () => { code.textContent = props.value || ""; copy.textContent = "Copy"; };
copy.addEventListener("click", async () => {
  getSelection().selectAllChildren(code);
  try { await navigator.clipboard.writeText(code.textContent); } catch { document.execCommand("copy"); } // a page without https
  copy.textContent = "Copied";
});
watch("value", show);
show();
"""
# kind of question -> the button that asks it
GO = {
    "recognize": "recognise-go", "describe": "describe-go", "ask": "ask-again", "explain": "explain-go", "compare": "compare-go",
    "segments": "segments-go", "stress": "stress-go",
}  # fmt: skip
# a link asks its question by the button that a visitor would press
PRESS = f"""(kind) => {{
  const id = {GO}[kind];
  if (id && skeletons.press(id)) document.getElementById("answers-head").scrollIntoView({{ block: "center" }});
}}"""
# what reads a clip tells the page when it begins and when it is done: see page.js
BEGIN = "(...given) => { skeletons.begin(); return given; }"
END = "(...given) => { skeletons.end(); return given; }"
# a question leaves its field when it is asked: the next one may be typed while it is answered
TAKE = "(...given) => { skeletons.fill('#question textarea', ''); return given; }"
# an address without a question needs nothing of the server: the page is built with what it opens with
OPEN = """() => { if (location.search) { skeletons.begin(); skeletons.press("open-link"); } }"""
