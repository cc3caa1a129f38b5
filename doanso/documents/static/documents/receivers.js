// The choice of receivers: a whole group or the units of a line by one tick, a unit by a part of its name, and how many are chosen.
/** @param {string} words */
const folded = (words) => words.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");

for (const field of document.querySelectorAll("[data-receivers]")) {
  const groups = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (field.querySelectorAll("[data-group]"))];
  /** @param {Element} group @returns {HTMLInputElement[]} */
  const boxesOf = (group) => [.../** @type {NodeListOf<HTMLInputElement>} */ (group.querySelectorAll("input[name=units]"))];
  const find = /** @type {HTMLElement} */ (field.querySelector("[data-receivers-find]"));
  const search = /** @type {HTMLInputElement} */ (find.querySelector("input"));
  const count = /** @type {HTMLElement} */ (field.querySelector("[data-receivers-count]"));

  const lines = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-line]"))];
  /** @param {HTMLElement} line @returns {HTMLInputElement[]} */
  const boxesOfLine = (line) => {
    const codes = new Set((line.dataset.line ?? "").split(" "));
    return groups.flatMap(boxesOf).filter((box) => codes.has(box.value));
  };
  /** @param {HTMLElement} line @returns {HTMLInputElement | null} */
  const tickOf = (line) => line.querySelector("input[type=checkbox]");

  const show = () => {
    count.textContent = String(field.querySelectorAll("input[name=units]:checked").length);
    for (const group of groups) {
      const boxes = boxesOf(group);
      const ticked = boxes.filter((box) => box.checked).length;
      const all = /** @type {HTMLInputElement} */ (group.querySelector("[data-group-all] input"));
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
      if (ticked > 0) group.open = true;
    }
    for (const line of lines) {
      const boxes = boxesOfLine(line);
      const ticked = boxes.filter((box) => box.checked).length;
      const tick = tickOf(line);
      if (tick) {
        tick.checked = ticked === boxes.length;
        tick.indeterminate = ticked > 0 && ticked < boxes.length;
      }
      const chosen = /** @type {HTMLElement | null} */ (line.querySelector("[data-line-chosen]"));
      if (chosen?.firstElementChild) {
        chosen.firstElementChild.textContent = String(ticked);
        chosen.hidden = false;
      }
    }
  };

  for (const line of lines) {
    const tick = tickOf(line);
    if (!tick) continue;
    // From here the units' own boxes say what is chosen, so that one of the line can be left out.
    tick.removeAttribute("name");
    const choose = () => {
      for (const box of boxesOfLine(line)) box.checked = tick.checked;
      show();
    };
    if (tick.checked) choose();
    tick.addEventListener("change", choose);
  }

  for (const group of groups) {
    const all = /** @type {HTMLElement} */ (group.querySelector("[data-group-all]"));
    all.hidden = false;
    all.addEventListener("change", (event) => {
      for (const box of boxesOf(group)) box.checked = /** @type {HTMLInputElement} */ (event.target).checked;
      show();
    });
  }
  field.addEventListener("change", (event) => {
    if (/** @type {HTMLInputElement} */ (event.target).name === "units") show();
  });
  search.addEventListener("input", () => {
    const words = folded(search.value.trim());
    for (const group of groups) {
      let left = 0;
      for (const one of /** @type {NodeListOf<HTMLElement>} */ (group.querySelectorAll("[data-unit]"))) {
        one.hidden = !folded(/** @type {string} */ (one.dataset.unit)).includes(words);
        left += one.hidden ? 0 : 1;
      }
      group.hidden = left === 0;
      if (words) group.open = true;
    }
  });
  // Enter in the search must not issue the document.
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  find.hidden = false;
  show();
}
