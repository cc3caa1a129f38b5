// Buttons that hand a message to another app of the phone; where there is no such thing they stay hidden, and it is copied.
// @ts-check

if ("share" in navigator) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-share]"))) {
    const source = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(button.dataset.share ?? ""));
    if (!source) continue;
    button.hidden = false;
    // Whoever closes the phone's own dialog has changed their mind; nothing went wrong.
    button.addEventListener("click", () => navigator.share({ text: source.value }).catch(() => {}));
  }
}
