// Buttons that copy a message or print the page; without script they stay hidden, and the text can be marked by hand.
// @ts-check

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-copy], [data-print]"))) {
  const source = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(button.dataset.copy ?? ""));
  if (!source) {
    button.hidden = false;
    button.addEventListener("click", () => print());
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    source.select();
    // Over plain http, as in an office's own network, there is no clipboard: the marked text is copied the old way.
    const copied = navigator.clipboard
      ? navigator.clipboard.writeText(source.value)
      : document.execCommand("copy")
        ? Promise.resolve()
        : Promise.reject(new Error("copy"));
    copied.then(() => button.setAttribute("data-done", "")).catch(() => source.focus());
  });
}
