// Menus are <details>, which open without script; here they also close by Escape and by a press elsewhere.
// The tabs of a section scroll sideways on a phone; the current one is brought into view.
// @ts-check

/** @param {(menu: Element) => boolean} which */
function close(which) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (which(menu)) menu.removeAttribute("open");
  }
}

// The veil behind the phone's sheet is drawn by the <details> itself, so a press on it has that element as its target.
document.addEventListener("click", (event) =>
  close((menu) => menu === event.target || !menu.contains(/** @type {Node} */ (event.target))),
);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const inside = document.activeElement?.closest("details[data-menu][open]");
  close(() => true);
  /** @type {HTMLElement | null | undefined} */ (inside?.querySelector("summary"))?.focus();
});

function showCurrentTab() {
  for (const tabs of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".ds-tabs, .ds-seg"))) {
    const current = /** @type {HTMLElement | null} */ (tabs.querySelector("[aria-current]"));
    if (!current || tabs.scrollWidth <= tabs.clientWidth) continue;
    const before = current.getBoundingClientRect().left - tabs.getBoundingClientRect().left;
    tabs.scrollLeft += before - (tabs.clientWidth - current.offsetWidth) / 2;
  }
}
showCurrentTab();
// Counts make tabs wider.
document.addEventListener("ds:counts", showCurrentTab);
