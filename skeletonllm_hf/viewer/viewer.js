// Draws one or two skeletons in space on a canvas: turn, zoom, play, scrub, joint names, colours by side, by person or by influence.
// `element` holds the markup of viewer.html, props.value is what scene() of scene.py made (`second`: another one, shown in step),
// `watch(name, then)` calls when props change. On a page with other parts these events of the document are understood:
// "skeleton-seek" (seconds), "skeleton-marks" ({kind, marks: [[start, end, text, share or colour]]}).
const root = element.querySelector(".viewer");
const part = (name) => root.querySelector(`.viewer-${name}`);
const canvas = root.querySelector("canvas"), pen = canvas.getContext("2d");
const play = part("play"), slider = part("time"), clock = part("clock"), legend = part("legend");
const options = Object.fromEntries([...root.querySelectorAll(".viewer-more input")].map((box) => [box.name, box]));
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const START = { yaw: 0.45, pitch: 0.12, zoom: 1 }, MISSING = -32768, TRAIL = 0.8; // seconds
const FONT = "12px ui-sans-serif, system-ui, sans-serif";
// clip: the longest of `clips`, by whose times the others are shown
let speed = 1, clips = [], clip = null, view = { ...START }, frame = 0, playing = false, begun = 0, from = 0, told = 0;
let spots = [], pointed = null, size = { width: 0, height: 0 };

function bytes(text) {
  const raw = atob(text), values = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) values[i] = raw.charCodeAt(i);
  return values;
}

function unpacked(value) {
  const ends = value.bones.flat().reduce((count, joint) => count.set(joint, (count.get(joint) || 0) + 1), new Map());
  return {
    ...value, joints: new Int16Array(bytes(value.joints).buffer), heat: value.heat ? bytes(value.heat) : null,
    tips: [...ends].filter(([joint, count]) => count === 1 && value.sides[joint] !== "middle").map(([joint]) => joint),
    at: (seconds) => {
      let number = value.times.length - 1;
      while (number > 0 && value.times[number] > seconds + 1e-6) number--;
      return number;
    },
  };
}

// an answer about another clip than the one shown is never seen, however late it comes
function hideOthers(identity) {
  if (!element.closest("#clip-viewer")) return;
  const sheet = document.getElementById("one-clip") || document.head.appendChild(Object.assign(document.createElement("style"), { id: "one-clip" }));
  sheet.textContent = `[data-clip]:not([data-clip="${identity}"]) { display: none !important; }`;
}

function load(value) {
  clips = value && value.joints ? [value, ...(value.second ? [value.second] : [])].map(unpacked) : [];
  let own = clips;
  clip = clips.reduce((best, each) => (!best || each.times.at(-1) > best.times.at(-1) ? each : best), null);
  hideOthers(value?.identity || "none");
  pointed = null;
  playing = false;
  if (clip) {
    slider.max = clip.shape[0] - 1;
    canvas.setAttribute("aria-label", clips.map(({ title, shape: [frames, people] }) => `${title}: ${people} ${people === 1 ? "person" : "people"}, ${frames} frames`).join("; "));
    view = { ...START, yaw: clip.flat ? 0 : START.yaw, pitch: clip.flat ? 0 : START.pitch };
    options.heat.closest("label").hidden = !clips[0].heat;
    explain();
    show(strongest());
    const moves = !still.matches && !value.still && clip.shape[0] > 1 && !clip.heat;
    // a page that is still being built has better things to do: what it opens with plays when its visitor first moves
    const opening = element.closest("#clip-viewer") && !document.body.hasAttribute("data-ready");
    setPlaying(moves && !opening);
    if (moves && opening) for (const sign of ["pointermove", "pointerdown", "keydown", "wheel"])
      document.addEventListener(sign, () => { if (own === clips) setPlaying(true); own = null; }, { once: true, passive: true });
  }
  root.classList.toggle("empty", !clip);
  if (!clip) {
    setPlaying(false);
    [slider.max, slider.value, clock.textContent] = [0, 0, "0.00 s"];
  }
  draw();
}

function explain() { // what the colours mean
  const dot = (text, color) => `<span><i style="background:${color}"></i>${text}</span>`;
  const people = Math.max(...clips.map((each) => each.shape[1]));
  if (hot(clips[0])) {
    const stops = color("--heat").split("|").map((stop) => `rgb(${stop.trim()})`).join(",");
    legend.innerHTML = `little influence <i class="scale" style="background:linear-gradient(90deg,${stops})"></i> much`;
  } else legend.innerHTML = dot("left", "var(--left)") + dot("right", "var(--right)") + (people > 1 ? hues().slice(0, people).map((hue, i) => dot(`person ${i + 1}`, hue)).join("") : "");
}

function hot(each) { return each.heat && options.heat.checked; }
function hues() { return color("--people").split("|").map((hue) => hue.trim()); }
function heats() { return color("--heat").split("|").map((stop) => stop.trim().split(/\s+/).map(Number)); }

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
  if (!playing && clip) show(frame);
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
  draw();
  const now = performance.now();
  if (playing && now - told < 90) return; // what stands around the picture costs a layout: ten times a second is enough
  told = now;
  slider.value = frame;
  const seconds = clip.times[frame];
  clock.textContent = `${seconds.toFixed(2)} of ${clip.times.at(-1).toFixed(2)} s`;
  slider.setAttribute("aria-valuetext", clock.textContent);
  const passed = [...root.querySelectorAll(".frames-marks i")].filter((mark) => Number(mark.dataset.at) <= seconds + 1e-3);
  root.querySelector(".frames-marks .now")?.classList.remove("now");
  passed.at(-1)?.classList.add("now");
  if (element.closest("#clip-viewer")) document.dispatchEvent(new CustomEvent("skeleton-time", { detail: seconds }));
}

function seek(seconds) {
  if (!clip) return;
  setPlaying(false);
  let number = clip.times.findIndex((time) => time >= seconds);
  show(number < 0 ? clip.shape[0] - 1 : number);
}

const known = new Map(); // colours of the theme: reading one costs the browser a layout
function color(name) {
  if (!known.has(name)) known.set(name, getComputedStyle(root).getPropertyValue(name).trim());
  return known.get(name);
}

function mix(share) { // cold -> hot, in steps that also differ in lightness
  const stops = heats(), at = Math.min(share, 0.999) * (stops.length - 1), low = Math.floor(at), part = at - low;
  const [a, b] = [stops[low], stops[low + 1]];
  return `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * part)).join(" ")})`;
}

function draw() {
  const { width, height } = size, ratio = Math.min(window.devicePixelRatio || 1, 2);
  if (!width || !height) return;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  spots = [];
  if (!clip) return;
  const share = width / clips.length;
  clips.forEach((each, number) => {
    pen.save();
    pen.beginPath(); pen.rect(number * share, 0, share, height); pen.clip();
    drawOne(each, each === clip ? frame : each.at(clip.times[frame]), number * share, share, height);
    if (clips.length > 1) label(each.title, number * share + 14, height - 14);
    pen.restore();
  });
  if (pointed) label(pointed.text, pointed.x + 12, pointed.y - 10);
}

function label(text, x, y) {
  pen.font = FONT;
  pen.lineWidth = 4; pen.lineJoin = "round";
  pen.strokeStyle = color("--stage"); pen.fillStyle = color("--ink");
  pen.strokeText(text, x, y); pen.fillText(text, x, y);
}

function place(clip, frame, person, joint) { // metres about the clip's middle, or null
  const [, people, joints] = clip.shape, at = ((frame * people + person) * joints + joint) * 3;
  const [x, y, z] = clip.joints.subarray(at, at + 3);
  return x === MISSING ? null : [x * clip.unit, y * clip.unit, z * clip.unit];
}

function middle(clip, frame, person = null) { // of the people who are seen, or of one of them; null where nobody is
  const [, people, joints] = clip.shape, sum = [0, 0, 0];
  let count = 0;
  for (let who = person ?? 0; who < (person === null ? people : person + 1); who++)
    for (let joint = 0; joint < joints; joint++) {
      const point = place(clip, frame, who, joint);
      if (point) { point.forEach((value, axis) => { sum[axis] += value; }); count++; }
    }
  return count ? sum.map((value) => value / count) : null;
}

function drawOne(clip, frame, left, width, height) {
  const [, people, joints] = clip.shape, follow = options.follow.checked, center = (follow && middle(clip, frame)) || [0, 0, 0];
  const reach = clip.reach, far = reach * 3.2;
  const large = Math.min(width, height * 1.12) * 0.72 * view.zoom;
  const [cy, sy, cp, sp] = [Math.cos(view.yaw), Math.sin(view.yaw), Math.cos(view.pitch), Math.sin(view.pitch)];
  const project = (x, y, z) => {
    [x, z] = [x - center[0], z - center[2]];
    const across = cy * x + sy * z, depth = -sy * x + cy * z;
    const up = cp * y - sp * depth, near = sp * y + cp * depth, scale = (far / (far - near)) * (large / reach);
    return [left + width / 2 + across * scale, height / 2 - up * scale, near, scale];
  };
  if (!clip.flat && options.floor.checked) floor(clip, project, reach);
  const palette = { left: color("--left"), right: color("--right") }, trunk = hues();
  const parts = [], thick = Math.max(2.2, Math.min(width, height) / 110) * Math.sqrt(view.zoom);
  for (let person = 0; person < people; person++) {
    const base = (frame * people + person) * joints, heated = hot(clip), own = trunk[person % trunk.length];
    const tone = (side) => palette[side] || own;
    const placed = [];
    if (options.trails.checked) trails(clip, frame, person, project, tone, thick);
    if (!clip.flat && options.forward.checked) arrow(clip, frame, person, project, own);
    for (let joint = 0; joint < joints; joint++) {
      const where = place(clip, frame, person, joint);
      if (!where) { placed.push(null); continue; }
      const point = project(...where), share = heated ? clip.heat[base + joint] / 255 : 0;
      point.push(heated ? mix(share) : tone(clip.sides[joint]), share);
      placed.push(point);
      parts.push({ depth: point[2] + 1e-4 * reach, point });
      spots.push({ x: point[0], y: point[1], text: clip.names[joint].replaceAll("_", " ") + (people > 1 ? `, person ${person + 1}` : "") });
    }
    for (const [a, b] of clip.bones) {
      if (!placed[a] || !placed[b]) continue;
      const side = clip.sides[a] === clip.sides[b] ? clip.sides[a] : "middle";
      const heat = heated ? Math.max(placed[a][5], placed[b][5]) : 0;
      parts.push({ depth: (placed[a][2] + placed[b][2]) / 2, ends: [placed[a], placed[b]], stroke: heated ? mix(heat) : tone(side), heat });
    }
  }
  parts.sort((one, two) => one.depth - two.depth);
  for (const part of parts) {
    pen.globalAlpha = Math.max(0.45, Math.min(1, 0.8 + part.depth / reach));
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
  if (options.names.checked) names();
}

function names() { // as many as can be read; the pointer tells the others
  const taken = [];
  pen.font = FONT;
  for (const { x, y, text } of spots) {
    const width = pen.measureText(text).width + 8;
    if (taken.some((other) => Math.abs(other.y - y) < 13 && x < other.x + other.width && other.x < x + width)) continue;
    taken.push({ x, y, width });
    label(text, x + 6, y - 4);
  }
}

function trails(clip, frame, person, project, tone, thick) { // where the ends of limbs were a moment ago
  for (const tip of clip.tips) {
    let before = null;
    for (let number = frame; number >= 0 && clip.times[number] >= clip.times[frame] - TRAIL; number--) {
      const where = place(clip, number, person, tip), point = where && project(...where);
      if (point && before) {
        pen.globalAlpha = 0.55 * (1 - (clip.times[frame] - clip.times[number]) / TRAIL);
        pen.strokeStyle = tone(clip.sides[tip]);
        pen.lineWidth = thick * 0.7;
        pen.beginPath(); pen.moveTo(before[0], before[1]); pen.lineTo(point[0], point[1]); pen.stroke();
      }
      before = point;
    }
  }
  pen.globalAlpha = 1;
}

function arrow(clip, frame, person, project, stroke) { // on the floor, the way the chest faces: across the line from right to left
  const sides = clip.torso.map(([left, right]) => [place(clip, frame, person, left), place(clip, frame, person, right)]).filter(([a, b]) => a && b);
  const under = middle(clip, frame, person);
  if (!sides.length || !under) return;
  let [x, z] = sides.reduce(([x, z], [a, b]) => [x + b[2] - a[2], z + a[0] - b[0]], [0, 0]);
  const length = Math.hypot(x, z), long = clip.reach * 0.16;
  if (length < 1e-6) return;
  [x, z] = [(x / length) * long, (z / length) * long];
  const at = (along, across) => project(under[0] + x * along - z * across, clip.floor, under[2] + z * along + x * across);
  pen.strokeStyle = stroke; pen.lineWidth = 2; pen.lineCap = "round";
  for (const line of [[[0.35, 0], [1.35, 0]], [[1.05, 0.2], [1.35, 0]], [[1.05, -0.2], [1.35, 0]]]) {
    const [a, b] = line.map(([along, across]) => at(along, across));
    pen.beginPath(); pen.moveTo(a[0], a[1]); pen.lineTo(b[0], b[1]); pen.stroke();
  }
}

function floor(clip, project, reach) {
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

function mark({ kind, marks }) { // the model's frames, segments and moments of influence stand on the one time line
  const row = root.querySelector(`.${kind}-marks`);
  const seconds = clip ? clip.times.at(-1) || 1 : 1;
  row.replaceChildren(...marks.map(([start, end, text, value]) => {
    if (kind === "frames") {
      const tick = document.createElement("i");
      tick.style.left = `${Math.min(100, (100 * start) / seconds)}%`;
      tick.dataset.at = start;
      return tick;
    }
    const button = Object.assign(document.createElement("button"), { type: "button", title: text });
    button.setAttribute("aria-label", `${text}, ${start.toFixed(1)} seconds`);
    button.style.left = `${Math.min(100, (100 * start) / seconds)}%`;
    if (kind === "segments") {
      button.style.width = `${Math.max(0.5, (100 * (Math.min(end, seconds) - start)) / seconds)}%`;
      [button.style.background, button.style.color] = value;
      button.textContent = text;
    } else if (kind === "influence") button.style.height = `${Math.max(8, 100 * value)}%`;
    button.addEventListener("click", () => seek(start));
    return button;
  }));
  row.hidden = marks.length === 0;
}
if (element.closest("#clip-viewer")) document.addEventListener("skeleton-marks", (event) => mark(event.detail));

const step = (by) => { if (clip) { setPlaying(false); show(frame + by); } };
part("back").addEventListener("click", () => step(-1));
part("on").addEventListener("click", () => step(1));
part("speed").addEventListener("change", (event) => {
  speed = Number(event.target.value);
  setPlaying(playing);
});
part("full").addEventListener("click", () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.());
play.addEventListener("click", () => setPlaying(!playing));
slider.addEventListener("input", () => { setPlaying(false); if (clip) show(Number(slider.value)); });
for (const box of Object.values(options)) box.addEventListener("change", () => { if (clip) explain(); draw(); });
document.addEventListener("click", (event) => { if (!part("more").contains(event.target)) part("more").open = false; });
part("reset").addEventListener("click", () => { view = { ...START }; draw(); });

let held = new Map();
canvas.addEventListener("pointerdown", (event) => { held.set(event.pointerId, [event.clientX, event.clientY]); canvas.setPointerCapture(event.pointerId); });
for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => held.delete(event.pointerId));
canvas.addEventListener("pointermove", (event) => {
  const before = held.get(event.pointerId);
  if (!before) return point(event.offsetX, event.offsetY);
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
function point(x, y) { // names the joint under the pointer
  const near = spots.map((spot) => ({ ...spot, away: Math.hypot(spot.x - x, spot.y - y) })).sort((one, two) => one.away - two.away)[0];
  const now = near && near.away < 12 ? near : null;
  if (now?.text !== pointed?.text) { pointed = now; draw(); }
}
canvas.addEventListener("pointerleave", () => { pointed = null; draw(); });
function turn(yaw, pitch) { view.yaw += yaw; view.pitch = Math.max(-0.4, Math.min(1.4, view.pitch + pitch)); draw(); }
function zoom(by) { view.zoom = Math.max(0.4, Math.min(5, view.zoom * by)); draw(); }

new ResizeObserver(() => {
  size = { width: canvas.clientWidth, height: canvas.clientHeight };
  draw();
}).observe(canvas);
new MutationObserver(() => { known.clear(); draw(); }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
document.addEventListener("skeleton-seek", (event) => { // a segment or a moment of influence was clicked
  if (element.closest("#clip-viewer")) seek(event.detail);
});
watch("value", () => load(props.value));
load(props.value);
