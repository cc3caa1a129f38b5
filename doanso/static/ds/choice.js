// A long choice, of units above all, is found by typing: the <select> stays the field that is sent, and this puts a box with a list
// before it. Without script the <select> itself is used. Accents may be left out; each word is the beginning of a word, or letters
// that begin words one after the other ("kp 2", "p4").
// Options that begin with dashes are below the ones before them: `unit_choices` of `lib.form_choices` makes them.
// @ts-check

const FEWEST = 15;
const INDENT = /^(?:–\s*)*/;

/** @typedef {{ value: string, title: string, above: string, depth: number, own: string[], whole: string[] }} Choice */

/** @param {string} text */
const fold = (text) =>
  text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);

/** Return whether a word begins the word at this place, or is made of the letters that begin it and those after it.
 * @param {string[]} words @param {number} place @param {string} asked */
const begins = (words, place, asked) =>
  words[place].startsWith(asked) ||
  (asked.length > 1 && words.slice(place).map((word) => (/^\d/.test(word) ? word : word[0])).join("").startsWith(asked));

/** Return 0 if the words have all that is asked in its order, 1 if in another order, 2 if not. @param {string[]} words @param {string[]} asked */
function distance(words, asked) {
  let next = 0;
  const inOrder = asked.every((word) => {
    const place = words.findIndex((_each, index) => index >= next && begins(words, index, word));
    next = place + 1;
    return place >= 0;
  });
  if (inOrder) return 0;
  return asked.every((word) => words.some((_each, index) => begins(words, index, word))) ? 1 : 2;
}

/** @param {HTMLSelectElement} select @returns {Choice[]} */
function choicesOf(select) {
  /** @type {{ depth: number, title: string }[]} */
  const way = [];
  return [...select.options].map((option) => {
    const indent = INDENT.exec(option.text)?.[0] ?? "";
    const depth = indent.replace(/\s/g, "").length;
    const title = option.text.slice(indent.length);
    while (way.length && way[way.length - 1].depth >= depth) way.pop();
    const last = way[way.length - 1];
    // The first level is above everything and tells nothing.
    const above = option.parentElement instanceof HTMLOptGroupElement ? option.parentElement.label : last?.depth ? last.title : "";
    if (option.value) way.push({ depth, title });
    return { value: option.value, title, above, depth, own: fold(title), whole: fold(`${title} ${above}`) };
  });
}

/** Return the choices that answer the words, those that do by their own title and in its order first. @param {Choice[]} choices @param {string} text */
function matching(choices, text) {
  const asked = fold(text);
  if (!asked.length) return choices;
  const ranked = choices.map((choice) => {
    const own = distance(choice.own, asked);
    return { choice, rank: own < 2 ? own : 2 + distance(choice.whole, asked) };
  });
  return ranked.filter(({ rank }) => rank < 4).sort((first, second) => first.rank - second.rank).map(({ choice }) => choice);
}

let made = 0;

/** @param {HTMLSelectElement} select */
function enhance(select) {
  const choices = choicesOf(select);
  const number = ++made;
  const box = document.createElement("span");
  const input = document.createElement("input");
  const list = document.createElement("ul");
  box.className = "ds-choice-box";
  list.id = `choice-${number}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  Object.assign(input, { type: "text", className: "form-select", autocomplete: "off", spellcheck: false, required: select.required });
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("autocapitalize", "off");
  for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
    const value = select.getAttribute(name);
    if (value !== null) input.setAttribute(name, value);
  }
  const label = /** @type {HTMLElement | undefined} */ (select.labels?.[0]?.cloneNode(true));
  label?.querySelector("select")?.remove();
  const called = select.getAttribute("aria-label") ?? label?.textContent?.trim() ?? "";
  list.setAttribute("aria-label", called);
  // The label and what names the field by its id belong to the box from now on.
  input.id = select.id;
  select.removeAttribute("id");
  if (!input.id && !select.hasAttribute("aria-label")) input.setAttribute("aria-label", called);
  select.required = false;
  select.hidden = true;
  select.before(box);
  box.append(input, list);

  /** @type {Choice[]} */
  let shown = [];
  let active = -1;
  let typed = false;

  const chosen = () => choices[select.selectedIndex];
  /** @param {Choice | undefined} choice */
  const words = (choice) => (choice === undefined ? "" : choice.above ? `${choice.title} (${choice.above})` : choice.title);

  function showChosen() {
    // The empty choice says what it stands for, as the <select> does.
    const choice = chosen();
    input.value = choice?.value ? words(choice) : "";
    input.placeholder = choices.find((each) => !each.value)?.title ?? "";
    typed = false;
  }

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} place */
  function mark(place) {
    active = place;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === place)));
    const item = list.children[place];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function open() {
    shown = matching(choices, typed ? input.value : "");
    const narrowed = typed && fold(input.value).length > 0;
    list.replaceChildren(
      ...shown.map((choice, index) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.depth = narrowed ? "0" : String(Math.min(choice.depth, 3));
        item.append(choice.title);
        if (narrowed && choice.above) {
          const small = document.createElement("small");
          small.textContent = choice.above;
          item.append(" ", small);
        }
        return item;
      }),
    );
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    const current = chosen();
    mark(narrowed ? (shown.length ? 0 : -1) : shown.findIndex((choice) => choice === current));
  }

  /** @param {Choice} choice */
  function choose(choice) {
    const before = select.selectedIndex;
    select.selectedIndex = choices.indexOf(choice);
    showChosen();
    close();
    if (select.selectedIndex === before) return;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Take what was typed: nothing at all is the empty choice, else the marked one; words that name nothing are left. */
  function take() {
    if (!typed) return;
    const empty = choices.find((choice) => !choice.value);
    const choice = input.value.trim() === "" ? empty : shown[active];
    if (choice) choose(choice);
    else showChosen();
  }

  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => list.hidden && open());
  input.addEventListener("input", (event) => {
    // Typing is not yet a choice: the list's filter waits for the <select>.
    event.stopPropagation();
    typed = true;
    open();
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return open();
      if (shown.length) mark((Math.max(active, event.key === "ArrowDown" ? -1 : 0) + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (typed && input.value.trim() === "") take();
      else if (shown[active]) choose(shown[active]);
      else close();
    } else if (event.key === "Enter" && typed) {
      // Words that name nothing are no choice: the form would be sent with the unit chosen before, which the box does not show.
      event.preventDefault();
    } else if (event.key === "Escape" && (typed || !list.hidden)) {
      event.preventDefault();
      event.stopPropagation();
      showChosen();
      close();
    }
  });
  input.addEventListener("blur", () => {
    take();
    close();
  });
  // Pressing a line must not take the focus from the box before it is chosen.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    // Inside a label a press would go on to the box and open the list again.
    event.preventDefault();
    const item = /** @type {Element} */ (event.target).closest("li");
    if (item) choose(shown[[...list.children].indexOf(item)]);
  });
  select.form?.addEventListener("reset", () => setTimeout(showChosen));
  select.addEventListener("change", showChosen);
  // Going back, a browser restores the <select> alone.
  window.addEventListener("pageshow", showChosen);
  showChosen();
}

/** @param {ParentNode} within */
function enhanceAll(within) {
  const selects = /** @type {NodeListOf<HTMLSelectElement>} */ (within.querySelectorAll("select.form-select:not([multiple])"));
  for (const select of selects) if (!select.hidden && select.options.length > FEWEST) enhance(select);
}

enhanceAll(document);
document.addEventListener("htmx:load", (event) => enhanceAll(/** @type {ParentNode} */ (event.target)));
