// A ticket is read by the camera at a booth: only the hash of its secret link goes into the form, never the link itself. The
// reader is that of the doorstep app.
// @ts-check

/** @typedef {(video: HTMLVideoElement, take: (text: string) => boolean, failed: (state: string) => void) => () => void} Watch */
/** @typedef {{watch: Watch}} Scanner */

/**
 * The reader of the doorstep app; its address has the app's version in it.
 * @param {string} list @returns {Promise<Scanner>}
 */
async function scanner(list) {
  const { version } = await (await fetch(list)).json();
  return import(new URL(`app/${version}/scan.js`, new URL(list, location.href)).href);
}

/**
 * The code by which a gate knows the ticket of this link: 24 hexadecimal digits.
 * @param {string} link @returns {Promise<string>}
 */
async function gateCode(link) {
  const bytes = new TextEncoder().encode(`doanso ticket 1|${link}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.slice(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const box = /** @type {HTMLElement | null} */ (document.querySelector("[data-scan]"));
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("find"));
const field = /** @type {HTMLInputElement | null} */ (form && form.querySelector("input[name=gate_code]"));
if (box && form && field && navigator.mediaDevices && window.crypto && crypto.subtle) {
  const start = /** @type {HTMLButtonElement} */ (box.querySelector("[data-start]"));
  const end = /** @type {HTMLButtonElement} */ (box.querySelector("[data-stop]"));
  const frame = /** @type {HTMLElement} */ (box.querySelector(".ds-bvideo"));
  const video = /** @type {HTMLVideoElement} */ (box.querySelector("video"));
  const status = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  /** @type {() => void} */
  let stop = () => undefined;

  /** @param {boolean} running @param {string} words */
  const show = (running, words) => {
    frame.hidden = !running;
    start.hidden = running;
    status.textContent = words;
  };

  /** @param {string} text */
  const take = (text) => {
    const ticket = /\/t\/([A-Za-z0-9_-]{22,30})\/?$/.exec(text.trim());
    if (!ticket) {
      status.textContent = box.dataset.other || "";
      return false;
    }
    void gateCode(ticket[1]).then((code) => {
      field.value = code;
      form.submit();
    });
    return true;
  };

  box.hidden = false;
  start.addEventListener("click", async () => {
    show(true, "");
    try {
      stop = (await scanner(box.dataset.scan || "")).watch(video, take, () => show(false, box.dataset.camera || ""));
    } catch {
      show(false, box.dataset.camera || "");
    }
  });
  end.addEventListener("click", () => {
    stop();
    show(false, "");
  });
}

export {};
