// @ts-check
// Reading a QR: with the phone's own detector, else with the reader we carry, which is fetched only then. The picture is
// looked at in three sizes, because the dense code of a citizen card is often read in one of them alone.

/** @typedef {(picture: ImageData | HTMLCanvasElement) => Promise<string>} Reader */

const SIZES = [1, 2, 3];
/** @type {Promise<Reader> | null} */
let reader = null;

/**
 * The phone's own detector, if it knows QR codes.
 * @returns {Promise<Reader | null>}
 */
async function ownReader() {
  const Detector = /** @type {any} */ (window).BarcodeDetector;
  if (!Detector) return null;
  try {
    const formats = await Detector.getSupportedFormats();
    if (!formats.includes("qr_code")) return null;
    const detector = new Detector({ formats: ["qr_code"] });
    return async (picture) => {
      const found = await detector.detect(picture);
      return found.length ? found[0].rawValue : "";
    };
  } catch {
    return null;
  }
}

/**
 * The reader we carry: 413 kB, so only for a phone that has none.
 * @returns {Promise<Reader>}
 */
async function carriedReader() {
  // It asks for this function, which Chrome 88 does not have.
  const own = /** @type {any} */ (Object);
  own.hasOwn = own.hasOwn || ((/** @type {object} */ thing, /** @type {string} */ name) => Object.prototype.hasOwnProperty.call(thing, name));
  const zxing = await import("./vendor/zxing/reader/index.js");
  const wasm = new URL("./vendor/zxing/reader/zxing_reader.wasm", import.meta.url).href;
  await zxing.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return async (picture) => {
    const image = picture instanceof HTMLCanvasElement ? pixels(picture) : picture;
    const found = await zxing.readBarcodes(image, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 });
    return found.length ? found[0].text : "";
  };
}

/** @param {HTMLCanvasElement} canvas */
function pixels(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * Whichever reader works here; a failure is tried again next time.
 * @returns {Promise<Reader>}
 */
function anyReader() {
  if (!reader) {
    reader = ownReader().then((own) => own || carriedReader());
    reader.catch(() => (reader = null));
  }
  return reader;
}

/** Fetch the reader while there is signal, if this phone needs one. */
export function prepare() {
  void anyReader().catch(() => undefined);
}

/**
 * Part of a picture on a canvas: its middle, enlarged.
 * @param {CanvasImageSource} source @param {number} width @param {number} height @param {number} zoom @param {HTMLCanvasElement} canvas
 */
function middle(source, width, height, zoom, canvas) {
  const w = Math.round(width / zoom);
  const h = Math.round(height / zoom);
  const scale = Math.min(zoom, 1600 / Math.max(w, h));
  canvas.width = Math.round(w * scale);
  canvas.height = Math.round(h * scale);
  const context = canvas.getContext("2d");
  if (context) context.drawImage(source, (width - w) / 2, (height - h) / 2, w, h, 0, 0, canvas.width, canvas.height);
}

/**
 * Look through the camera until `take` says that it has what it wants.
 * @param {HTMLVideoElement} video @param {(text: string) => boolean} take @param {(state: "camera" | "reader") => void} failed
 * @returns {() => void} stop: ends the camera at once
 */
export function watch(video, take, failed) {
  let over = false;
  /** @type {MediaStream | null} */
  let stream = null;
  const stop = () => {
    over = true;
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
  };
  const run = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false, video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
    } catch {
      return failed("camera");
    }
    if (over) return stop();
    video.srcObject = stream;
    await video.play().catch(() => undefined);
    /** @type {Reader} */
    let read;
    try {
      read = await anyReader();
    } catch {
      stop();
      return failed("reader");
    }
    const canvas = document.createElement("canvas");
    for (let turn = 0; !over; turn++) {
      if (video.videoWidth) {
        middle(video, video.videoWidth, video.videoHeight, SIZES[turn % SIZES.length], canvas);
        const text = await read(canvas).catch(() => "");
        if (!over && text && take(text)) return stop();
      }
      await new Promise((go) => setTimeout(go, 120));
    }
  };
  void run();
  return stop;
}

/**
 * The code in a still picture, or "".
 * @param {Blob} blob @returns {Promise<string>}
 */
export async function still(blob) {
  const read = await anyReader();
  const image = await createImageBitmap(blob);
  const canvas = document.createElement("canvas");
  try {
    for (const zoom of SIZES) {
      middle(image, image.width, image.height, zoom, canvas);
      const text = await read(canvas).catch(() => "");
      if (text) return text;
    }
    return "";
  } finally {
    image.close();
    canvas.width = canvas.height = 0;
  }
}
