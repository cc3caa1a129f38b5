// Light or dark. The choice lives in a cookie, so the server writes it into <html> and no page flashes on its way in;
// whoever is signed in also keeps it with the account.
// @ts-check

const YEAR = 365 * 24 * 3600;

/** @param {"light" | "dark"} theme @param {HTMLFormElement | null} form */
function choose(theme, form) {
  document.documentElement.dataset.bsTheme = theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  if (!form) return;
  const said = new FormData(form);
  // Without an address to go back to the server answers with nothing, and the page stays as it is.
  said.delete("next");
  said.set("theme", theme);
  fetch(form.action, { method: "POST", body: said, credentials: "same-origin" }).catch(() => {
    // Without network the cookie alone keeps the choice on this device.
  });
}

for (const one of document.querySelectorAll("button[data-theme-toggle]")) {
  const button = /** @type {HTMLButtonElement} */ (one);
  // For strangers there is no page that takes the choice, so without script the button is not shown at all.
  button.hidden = false;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    choose(document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark", button.form);
  });
}
