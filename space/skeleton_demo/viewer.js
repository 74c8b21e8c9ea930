// Draws a skeleton in space on a canvas: turn, zoom, play, scrub, joint names, colours by side or by influence.
// gradio calls this once per viewer with `element`, `props` and `watch`; props.value is what viewer.py's scene() made.
const root = element.querySelector(".viewer");
const canvas = root.querySelector("canvas");
const pen = canvas.getContext("2d");
const play = root.querySelector(".viewer-play");
const slider = root.querySelector(".viewer-time");
const clock = root.querySelector(".viewer-clock");
const names = root.querySelector(".viewer-names");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const START = { yaw: 0.45, pitch: 0.12, zoom: 1 };
let speed = 1, clip = null, view = { ...START }, frame = 0, playing = false, begun = 0, from = 0;

function bytes(text) {
  const raw = atob(text), values = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) values[i] = raw.charCodeAt(i);
  return values;
}

// an answer about another clip than the one shown is never seen, however late it comes
function hideOthers(identity) {
  if (!element.closest("#clip-viewer")) return;
  const sheet = document.getElementById("one-clip") || document.head.appendChild(Object.assign(document.createElement("style"), { id: "one-clip" }));
  sheet.textContent = `[data-clip]:not([data-clip="${identity}"]) { display: none !important; }`;
}

function load(value) {
  clip = null;
  hideOthers(value?.identity || "none");
  if (value && value.joints) {
    clip = { ...value, joints: new Int16Array(bytes(value.joints).buffer), heat: value.heat ? bytes(value.heat) : null };
    const [frames, people] = clip.shape;
    slider.max = frames - 1;
    canvas.setAttribute("aria-label", `${clip.title}: ${people} ${people === 1 ? "person" : "people"}, ${frames} frames`);
    view = { ...START, yaw: clip.flat ? 0 : START.yaw, pitch: clip.flat ? 0 : START.pitch };
    show(strongest());
    setPlaying(!still.matches && frames > 1);
  }
  root.classList.toggle("empty", !clip);
  draw();
}

function strongest() { // the frame with the most influence, so that something glows at once; the first without any
  if (!clip.heat) return 0;
  const [frames, people, joints] = clip.shape, size = people * joints;
  let best = 0, most = -1;
  for (let number = 0; number < frames; number++) {
    const sum = clip.heat.subarray(number * size, (number + 1) * size).reduce((total, value) => total + value, 0);
    if (sum > most) [best, most] = [number, sum];
  }
  return best;
}

function setPlaying(on) {
  playing = on && clip !== null;
  play.innerHTML = playing ? "&#10073;&#10073;" : "&#9654;";
  play.setAttribute("aria-label", playing ? "Pause" : "Play");
  if (playing) {
    from = frame >= clip.shape[0] - 1 ? 0 : clip.times[frame];
    begun = performance.now();
    requestAnimationFrame(tick);
  }
}

function tick(now) {
  if (!playing || !clip || !canvas.isConnected) return;
  const { times } = clip, count = times.length;
  const length = times[count - 1] + (count > 1 ? times[1] - times[0] : 1);
  const at = (from + speed * (now - begun) / 1000) % length;
  let next = count - 1;
  while (next > 0 && times[next] > at) next--;
  if (next !== frame) show(next);
  requestAnimationFrame(tick);
}

function show(number) {
  frame = Math.max(0, Math.min(number, clip.shape[0] - 1));
  slider.value = frame;
  clock.textContent = `${clip.times[frame].toFixed(2)} s`;
  slider.setAttribute("aria-valuetext", clock.textContent);
  draw();
}

function seek(seconds) {
  if (!clip) return;
  setPlaying(false);
  let number = clip.times.findIndex((time) => time >= seconds);
  show(number < 0 ? clip.shape[0] - 1 : number);
}

function color(name) {
  return getComputedStyle(root).getPropertyValue(name).trim();
}

function mix(share) { // cold -> hot, in steps that also differ in lightness
  const stops = color("--heat").split("|"), at = Math.min(share, 0.999) * (stops.length - 1), low = Math.floor(at), part = at - low;
  const [a, b] = [stops[low], stops[low + 1]].map((stop) => stop.trim().split(/\s+/).map(Number));
  return `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * part)).join(" ")})`;
}

function draw() {
  const width = canvas.clientWidth, height = canvas.clientHeight, ratio = Math.min(window.devicePixelRatio || 1, 2);
  if (!width || !height) return;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  if (!clip) return;
  const [, people, joints] = clip.shape, reach = clip.reach, far = reach * 3.2;
  const size = Math.min(width, height * 1.12) * 0.72 * view.zoom;
  const [cy, sy, cp, sp] = [Math.cos(view.yaw), Math.sin(view.yaw), Math.cos(view.pitch), Math.sin(view.pitch)];
  const project = (x, y, z) => {
    const across = cy * x + sy * z, depth = -sy * x + cy * z;
    const up = cp * y - sp * depth, near = sp * y + cp * depth, scale = (far / (far - near)) * (size / reach);
    return [width / 2 + across * scale, height / 2 - up * scale, near, scale];
  };
  if (!clip.flat) floor(project, reach);
  const palette = { left: color("--left"), right: color("--right"), middle: color("--middle") };
  const parts = [];
  for (let person = 0; person < people; person++) {
    const base = (frame * people + person) * joints;
    const placed = [];
    for (let joint = 0; joint < joints; joint++) {
      const at = (base + joint) * 3, [x, y, z] = clip.joints.subarray(at, at + 3);
      if (x === -32768) { placed.push(null); continue; }
      const point = project(x * clip.unit, y * clip.unit, z * clip.unit);
      const share = clip.heat ? clip.heat[base + joint] / 255 : 0;
      point.push(clip.heat ? mix(share) : palette[clip.sides[joint]], share);
      placed.push(point);
      parts.push({ depth: point[2] + 1e-4 * reach, point, joint, person });
    }
    for (const [a, b] of clip.bones) {
      if (!placed[a] || !placed[b]) continue;
      const side = clip.sides[a] === clip.sides[b] ? clip.sides[a] : "middle";
      const heat = clip.heat ? Math.max(placed[a][5], placed[b][5]) : 0;
      parts.push({ depth: (placed[a][2] + placed[b][2]) / 2, ends: [placed[a], placed[b]], stroke: clip.heat ? mix(heat) : palette[side], heat, person });
    }
  }
  parts.sort((one, two) => one.depth - two.depth);
  const thick = Math.max(2.2, Math.min(width, height) / 110) * Math.sqrt(view.zoom);
  for (const part of parts) {
    pen.globalAlpha = Math.max(0.45, Math.min(1, 0.8 + part.depth / reach)) * (part.person % 2 ? 0.72 : 1);
    if (part.ends) {
      const [a, b] = part.ends;
      pen.strokeStyle = part.stroke;
      pen.lineWidth = thick * (1 + part.heat * 0.9);
      pen.lineCap = "round";
      pen.beginPath(); pen.moveTo(a[0], a[1]); pen.lineTo(b[0], b[1]); pen.stroke();
    } else {
      pen.fillStyle = part.point[4];
      pen.beginPath(); pen.arc(part.point[0], part.point[1], thick * (0.85 + part.point[5] * 1.1), 0, 2 * Math.PI); pen.fill();
    }
  }
  pen.globalAlpha = 1;
  if (names.checked) {
    pen.font = "11px ui-sans-serif, system-ui, sans-serif";
    pen.lineWidth = 3;
    pen.strokeStyle = color("--stage");
    pen.fillStyle = color("--ink");
    for (const part of parts) {
      if (!part.point) continue;
      const label = clip.names[part.joint], [x, y] = part.point;
      pen.strokeText(label, x + 6, y - 4);
      pen.fillText(label, x + 6, y - 4);
    }
  }
}

function floor(project, reach) {
  pen.strokeStyle = color("--grid");
  pen.lineWidth = 1;
  const half = reach * 0.75, y = clip.floor;
  for (let line = -3; line <= 3; line++) {
    const at = (line / 3) * half;
    for (const [a, b] of [[[at, -half], [at, half]], [[-half, at], [half, at]]]) {
      const one = project(a[0], y, a[1]), two = project(b[0], y, b[1]);
      pen.beginPath(); pen.moveTo(one[0], one[1]); pen.lineTo(two[0], two[1]); pen.stroke();
    }
  }
}

function mark({ kind, marks }) { // segments and moments of influence stand on the one time line
  const row = root.querySelector(`.${kind}-marks`);
  const seconds = clip ? clip.times[clip.times.length - 1] || 1 : 1;
  row.replaceChildren(...marks.map(([start, end, text, value]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", title: text });
    button.setAttribute("aria-label", `${text}, ${start.toFixed(1)} seconds`);
    button.style.left = `${Math.min(100, (100 * start) / seconds)}%`;
    if (kind === "segments") {
      button.style.width = `${Math.max(0.5, (100 * (Math.min(end, seconds) - start)) / seconds)}%`;
      button.style.setProperty("--hue", value);
      button.textContent = text;
    } else button.style.height = `${Math.max(8, 100 * value)}%`;
    button.addEventListener("click", () => seek(start));
    return button;
  }));
  row.hidden = marks.length === 0;
}
if (element.closest("#clip-viewer")) document.addEventListener("skeleton-marks", (event) => mark(event.detail));

const step = (by) => { if (clip) { setPlaying(false); show(frame + by); } };
root.querySelector(".viewer-back").addEventListener("click", () => step(-1));
root.querySelector(".viewer-on").addEventListener("click", () => step(1));
root.querySelector(".viewer-speed").addEventListener("change", (event) => {
  speed = Number(event.target.value);
  setPlaying(playing);
});
root.querySelector(".viewer-full").addEventListener("click", () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.());
play.addEventListener("click", () => setPlaying(!playing));
slider.addEventListener("input", () => { setPlaying(false); if (clip) show(Number(slider.value)); });
names.addEventListener("change", draw);
root.querySelector(".viewer-reset").addEventListener("click", () => { view = { ...START }; draw(); });

let held = new Map();
canvas.addEventListener("pointerdown", (event) => { held.set(event.pointerId, [event.clientX, event.clientY]); canvas.setPointerCapture(event.pointerId); });
for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => held.delete(event.pointerId));
canvas.addEventListener("pointermove", (event) => {
  const before = held.get(event.pointerId);
  if (!before) return;
  const spread = () => { const [a, b] = [...held.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
  const apart = held.size === 2 ? spread() : 0;
  held.set(event.pointerId, [event.clientX, event.clientY]);
  if (held.size === 2) zoom(spread() / Math.max(apart, 1));
  else turn((event.clientX - before[0]) * 0.01, (event.clientY - before[1]) * 0.008);
});
canvas.addEventListener("wheel", (event) => { // a page must scroll: only a wheel with Ctrl, or a pinch, zooms
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoom(Math.exp(-event.deltaY * 0.004));
}, { passive: false });
canvas.addEventListener("keydown", (event) => {
  const does = {
    ArrowLeft: () => turn(-0.15, 0), ArrowRight: () => turn(0.15, 0), ArrowUp: () => turn(0, -0.1), ArrowDown: () => turn(0, 0.1),
    "+": () => zoom(1.15), "-": () => zoom(1 / 1.15), " ": () => setPlaying(!playing),
  }[event.key];
  if (does) { event.preventDefault(); does(); }
});
function turn(yaw, pitch) { view.yaw += yaw; view.pitch = Math.max(-0.4, Math.min(1.4, view.pitch + pitch)); draw(); }
function zoom(by) { view.zoom = Math.max(0.4, Math.min(5, view.zoom * by)); draw(); }

new ResizeObserver(draw).observe(canvas);
new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
document.addEventListener("skeleton-seek", (event) => { // a segment or a moment of influence was clicked
  if (element.closest("#clip-viewer")) seek(event.detail);
});
watch("value", () => load(props.value));
load(props.value);
