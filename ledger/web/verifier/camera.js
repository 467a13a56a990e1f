// The camera in the page, where the browser itself can read codes. No picture is kept or sent.
import { h } from "./dom.js";
import { say } from "./say.js";

const EVERY = 200; // ms between two looks
const FORMATS = { formats: ["qr_code"] };

export function scannable() {
  return "BarcodeDetector" in globalThis && Boolean(navigator.mediaDevices?.getUserMedia);
}

/** The text of the one code in a picture, read here; null: none, several, or this browser cannot. */
export async function readHere(file) {
  if (!("BarcodeDetector" in globalThis) || !file.type.startsWith("image/")) return null;
  try {
    const found = await new BarcodeDetector(FORMATS).detect(await createImageBitmap(file));
    const texts = new Set(found.map((code) => code.rawValue));
    return texts.size === 1 ? [...texts][0] : null;
  } catch {
    return null;
  }
}

/** Shows the camera in `place` until a code is found or it is closed. */
export async function scanning(place, lang, { found, button }) {
  const video = h("video", { playsinline: true, muted: true });
  let stream = null;
  const close = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    place.hidden = true;
    button.hidden = false;
  };
  place.replaceChildren(
    video,
    h("p", null, say("q.camera.aim", lang)),
    h("button", { type: "button", class: "plain", click: close }, say("q.camera.stop", lang)),
  );
  place.hidden = false;
  button.hidden = true;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    await video.play();
    const text = await look(video, () => stream !== null && place.isConnected);
    close();
    if (text !== null) found(text);
  } catch {
    close();
    place.replaceChildren(h("p", { class: "refusal", role: "alert" }, say("q.camera.refused", lang)));
    place.hidden = false;
  }
}

async function look(video, wanted) {
  const detector = new BarcodeDetector(FORMATS);
  while (wanted()) {
    const [code] = await detector.detect(video);
    if (code) return code.rawValue;
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
  return null;
}
