// A picture of a payment code, read in this browser by the doorstep app's reader: its text goes into the form's field, and the
// picture is sent nowhere.
// @ts-check

/** @typedef {{still: (picture: Blob) => Promise<string>}} Scanner */

/**
 * The reader of the doorstep app; its address has the app's version in it.
 * @param {string} list @returns {Promise<Scanner>}
 */
async function scanner(list) {
  const { version } = await (await fetch(list)).json();
  return import(new URL(`app/${version}/scan.js`, new URL(list, location.href)).href);
}

for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-code-picture]"))) {
  const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(box.dataset.codePicture ?? ""));
  const input = /** @type {HTMLInputElement | null} */ (box.querySelector("input[type=file]"));
  const status = /** @type {HTMLElement | null} */ (box.querySelector("[role=status]"));
  if (!field || !input || !status) continue;
  box.hidden = false;
  input.addEventListener("change", async () => {
    const [picture] = input.files ?? [];
    if (!picture) return;
    status.textContent = box.dataset.reading ?? "";
    let text = "";
    try {
      text = await (await scanner(box.dataset.app ?? "")).still(picture);
    } catch {
      // Said below: without a reader there is no text either.
    }
    field.value = text || field.value;
    status.textContent = (text ? box.dataset.read : box.dataset.unread) ?? "";
    input.value = "";
    if (text) field.focus();
  });
}
