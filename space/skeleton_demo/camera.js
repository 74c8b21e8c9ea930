// Records up to ten seconds of the camera, without sound, and drops them where files are dropped.
const SECONDS = 10;
const [record, screen, note] = ["button", "video", ".hint"].map((part) => element.querySelector(part));
let recorder = null;

async function start() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 }, audio: false });
  } catch {
    note.textContent = "The browser gives no camera: allow it for this page, or record a video elsewhere and drop it under File.";
    return;
  }
  const pieces = [], begun = performance.now();
  screen.srcObject = stream;
  screen.hidden = false;
  recorder = new MediaRecorder(stream);
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  recorder.addEventListener("stop", () => {
    for (const track of stream.getTracks()) track.stop();
    screen.hidden = true;
    record.textContent = "Record";
    recorder = null;
    note.textContent = "Finding the person ...";
    const kind = pieces[0].type.includes("mp4") ? "mp4" : "webm", files = new DataTransfer();
    files.items.add(new File(pieces, `camera.${kind}`, { type: `video/${kind}` }));
    skeletons.drop(files.files);
  });
  recorder.start();
  record.textContent = "Stop";
  const tick = () => {
    if (!recorder) return;
    const left = SECONDS - (performance.now() - begun) / 1000;
    note.textContent = `Recording, ${Math.max(0, left).toFixed(0)} s left.`;
    if (left <= 0) recorder.stop();
    else setTimeout(tick, 200);
  };
  tick();
}
record.addEventListener("click", () => (recorder ? recorder.stop() : start()));
