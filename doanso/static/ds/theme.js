// Light or dark. The choice lives in a cookie, so the server writes it into <html> and no page flashes on its way in.
// @ts-check

const YEAR = 365 * 24 * 3600;

/** @param {"light" | "dark"} theme */
function choose(theme) {
  document.documentElement.dataset.bsTheme = theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  // Without script the button could do nothing, so the page carries it hidden.
  /** @type {HTMLElement} */ (button).hidden = false;
  button.addEventListener("click", () => {
    choose(document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark");
  });
}
