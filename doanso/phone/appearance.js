// @ts-check
// How the app looks on this phone: light or dark, and its letters.

const THEME = "door.theme";
const STARTS = "door.starts";

/** The first start loads as little as it can; the second fetches the product's own letters, and from then on they are here. */
export function countStart() {
  const starts = Number(localStorage.getItem(STARTS)) || 0;
  if (starts) document.documentElement.classList.add("inter");
  localStorage.setItem(STARTS, String(Math.min(starts + 1, 9)));
}

/** "auto", "light" or "dark". */
export const chosen = () => localStorage.getItem(THEME) || "auto";

/** Light or dark: the choice, else the phone's own. */
export function dress() {
  const theme = chosen();
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
}

/** @param {string} theme */
export function choose(theme) {
  localStorage.setItem(THEME, theme);
  dress();
}

/** Nothing of it stays when the app is removed. */
export function forget() {
  localStorage.removeItem(THEME);
  localStorage.removeItem(STARTS);
}
