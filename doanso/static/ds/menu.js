// Menus are <details>, which open without script; here they also close by Escape and by a press elsewhere.
// @ts-check

/** @param {(menu: Element) => boolean} which */
function close(which) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (which(menu)) menu.removeAttribute("open");
  }
}

document.addEventListener("click", (event) => close((menu) => !menu.contains(/** @type {Node} */ (event.target))));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const inside = document.activeElement?.closest("details[data-menu][open]");
  close(() => true);
  /** @type {HTMLElement | null | undefined} */ (inside?.querySelector("summary"))?.focus();
});
