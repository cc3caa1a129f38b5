// Draws over the plan's text: what is drawn is written into the text, and the text alone is sent. Without this the text is the editor.
// @ts-check

/** @typedef {[number, number]} Position */
/** @typedef {{ kind: string, positions: Position[], text: string }} Part One line of the text; `text` is a name, words or a number. */

const WIDTH = 460;
const USUAL_HEIGHT = 204;
const NAMES = { street: "tuyến", road: "đường", block: "khối", water: "nước", words: "chữ", point: "điểm" };
/** @type {Record<string, string>} */
const KINDS = { tuyen: "street", duong: "road", khoi: "block", nuoc: "water", chu: "words", diem: "point" };
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} word */
function folded(word) {
  return word.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
}

/** @param {string} word @returns {Position | null} */
function position(word) {
  const match = /^(\d{1,3}),(\d{1,3})$/.exec(word);
  return match ? [Number(match[1]), Number(match[2])] : null;
}

/**
 * The parts of a text, its height, and the lines that are not understood; these are kept as they are.
 * @param {string} text
 */
export function read(text) {
  /** @type {Part[]} */
  const parts = [];
  /** @type {string[]} */
  const others = [];
  let height = USUAL_HEIGHT;
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    if (!words[0]) continue;
    const first = folded(words[0]);
    const kind = KINDS[first];
    if (first === "cao" && Number(words[1]) >= 120) height = Math.min(Number(words[1]), 460);
    else if (kind) {
      const rest = kind === "point" ? words.slice(2) : words.slice(1);
      /** @type {Position[]} */
      const positions = [];
      let index = 0;
      for (let at = position(rest[index] || ""); at; at = position(rest[index] || "")) {
        positions.push(at);
        index += 1;
      }
      parts.push({ kind, positions, text: kind === "point" ? words[1] || "" : rest.slice(index).join(" ") });
    } else others.push(line.trim());
  }
  return { parts, height, others };
}

/** @param {Part[]} parts @param {number} height @param {string[]} others */
export function write(parts, height, others) {
  const lines = height === USUAL_HEIGHT ? [] : [`cao ${height}`];
  for (const part of parts) {
    const at = part.positions.map(([x, y]) => `${x},${y}`).join(" ");
    const name = NAMES[/** @type {keyof typeof NAMES} */ (part.kind)];
    lines.push((part.kind === "point" ? `${name} ${part.text} ${at}` : `${name} ${at} ${part.text}`).trim());
  }
  return [...lines, ...others].join("\n");
}

/** @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] */
function shape(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/** @param {Part} part @returns {SVGElement[]} */
function drawn(part) {
  const [first, second] = part.positions;
  if (!first) return [];
  const path = `M${part.positions.map((at) => at.join(" ")).join("L")}`;
  if (part.kind === "street") return [shape("path", { class: "main", d: path })];
  if (part.kind === "road") return [shape("path", { class: "road", d: path })];
  if (part.kind === "water") return [shape("path", { class: "water", d: `${path}Z` })];
  if (part.kind === "words") return [shape("text", { x: first[0], y: first[1] }, part.text)];
  if (part.kind === "point") {
    const pin = shape("g", { class: "pin" });
    pin.append(shape("circle", { cx: first[0], cy: first[1], r: 11 }), shape("text", { x: first[0], y: first[1], dy: ".35em" }, part.text));
    return [pin];
  }
  if (!second) return [];
  const [left, top] = [Math.min(first[0], second[0]), Math.min(first[1], second[1])];
  const [wide, high] = [Math.abs(second[0] - first[0]), Math.abs(second[1] - first[1])];
  const block = shape("rect", { class: "blk", x: left, y: top, width: wide, height: high, rx: 3 });
  return part.text ? [block, shape("text", { class: "mid", x: left + wide / 2, y: top + high / 2, dy: ".35em" }, part.text)] : [block];
}

/** @param {HTMLTextAreaElement} area @param {HTMLElement} sheet @param {HTMLElement} tools @param {HTMLElement} hint */
function start(area, sheet, tools, hint) {
  let { parts, height, others } = read(area.value);
  let tool = "move";
  /** @type {Part | null} */
  let chosen = null;
  /** @type {Part | null} */
  let drawing = null;
  /** @type {{ part: Part, index: number, from: Position, at: Position[] } | null} */
  let dragged = null;
  /** @type {string[]} */
  const before = [];
  const order = ["water", "road", "block", "street", "words", "point"];
  const svg = shape("svg", { class: "ds-map ds-map-edit", role: "application", "aria-label": area.labels[0]?.textContent || "", tabindex: 0 });
  const undo = /** @type {HTMLButtonElement} */ (tools.querySelector("[data-undo]"));
  const remove = /** @type {HTMLButtonElement} */ (tools.querySelector("[data-remove]"));

  const draw = () => {
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${height}`);
    svg.replaceChildren();
    const all = drawing ? [...parts, drawing] : parts;
    for (const kind of order) {
      for (const part of all.filter((one) => one.kind === kind)) {
        const group = shape("g", part === chosen ? { class: "chosen" } : {});
        group.append(...drawn(part));
        svg.append(group);
      }
    }
    for (const part of all) {
      if (part !== chosen && part !== drawing) continue;
      part.positions.forEach(([x, y]) => svg.append(shape("circle", { class: "grip", cx: x, cy: y, r: 5 })));
    }
    undo.disabled = !before.length;
    remove.disabled = !chosen;
  };
  const keep = () => {
    before.push(area.value);
    area.value = write(parts, height, others);
    draw();
  };
  const take = () => {
    ({ parts, height, others } = read(area.value));
    chosen = null;
    drawing = null;
    draw();
  };
  /** @param {MouseEvent} event @returns {Position} */
  const place = (event) => {
    const box = svg.getBoundingClientRect();
    // Even numbers alone, so that lines meet without aiming at a single step.
    const across = 2 * Math.round(((event.clientX - box.left) / box.width) * (WIDTH / 2));
    const down = 2 * Math.round(((event.clientY - box.top) / box.height) * (height / 2));
    return [Math.min(Math.max(across, 0), WIDTH), Math.min(Math.max(down, 0), height)];
  };
  const finish = () => {
    const least = drawing && drawing.kind === "water" ? 3 : 2;
    if (drawing && drawing.positions.length >= least) {
      parts.push(drawing);
      chosen = drawing;
      drawing = null;
      keep();
    }
    drawing = null;
    draw();
  };
  /** @param {Position} at @returns {{ part: Part, index: number } | null} */
  const nearest = ([x, y]) => {
    /** @type {{ part: Part, index: number, far: number } | null} */
    let found = null;
    for (const part of parts) {
      part.positions.forEach((grip, index) => {
        const far = Math.hypot(grip[0] - x, grip[1] - y);
        if (far < 12 && (!found || far < found.far)) found = { part, index, far };
      });
    }
    if (found) return found;
    const inside = parts.find((part) => part.kind === "block" && part.positions.length > 1
      && Math.abs(x - (part.positions[0][0] + part.positions[1][0]) / 2) * 2 <= Math.abs(part.positions[1][0] - part.positions[0][0])
      && Math.abs(y - (part.positions[0][1] + part.positions[1][1]) / 2) * 2 <= Math.abs(part.positions[1][1] - part.positions[0][1]));
    return inside ? { part: inside, index: -1 } : null;
  };

  svg.addEventListener("pointerdown", (event) => {
    const at = place(/** @type {PointerEvent} */ (event));
    if (tool === "move") {
      const found = nearest(at);
      chosen = found ? found.part : null;
      if (found) {
        dragged = { ...found, from: at, at: found.part.positions.map(([x, y]) => [x, y]) };
        svg.setPointerCapture(/** @type {PointerEvent} */ (event).pointerId);
      }
    } else if (tool === "block") {
      drawing = { kind: "block", positions: [at, at], text: "" };
      svg.setPointerCapture(/** @type {PointerEvent} */ (event).pointerId);
    } else if (tool === "words") {
      const words = (prompt(tools.dataset.nameWords || "") || "").trim().slice(0, 40);
      if (words) {
        chosen = { kind: "words", positions: [at], text: words };
        parts.push(chosen);
        keep();
      }
    } else if (drawing) drawing.positions.push(at);
    else drawing = { kind: tool, positions: [at], text: "" };
    draw();
  });
  svg.addEventListener("pointermove", (event) => {
    const at = place(/** @type {PointerEvent} */ (event));
    if (dragged) {
      const { part, index, from } = dragged;
      const moved = dragged.at.map(([x, y], grip) => /** @type {Position} */ (index < 0 || grip === index ? [x + at[0] - from[0], y + at[1] - from[1]] : [x, y]));
      if (moved.every(([x, y]) => x >= 0 && y >= 0 && x <= WIDTH && y <= height)) part.positions = moved;
      draw();
    } else if (drawing && drawing.kind === "block") {
      drawing.positions[1] = at;
      draw();
    }
  });
  svg.addEventListener("pointerup", () => {
    if (dragged) {
      const { part, at } = dragged;
      dragged = null;
      if (part.positions.some(([x, y], index) => x !== at[index][0] || y !== at[index][1])) keep();
    } else if (drawing && drawing.kind === "block") {
      const [first, second] = drawing.positions;
      if (Math.abs(first[0] - second[0]) > 3 && Math.abs(first[1] - second[1]) > 3) {
        drawing.text = (prompt(tools.dataset.nameBlock || "") || "").trim().slice(0, 40);
        finish();
      } else {
        drawing = null;
        draw();
      }
    }
  });
  svg.addEventListener("dblclick", finish);
  const drop = () => {
    if (!chosen) return;
    parts = parts.filter((part) => part !== chosen);
    chosen = null;
    keep();
  };
  svg.addEventListener("keydown", (event) => {
    const key = /** @type {KeyboardEvent} */ (event).key;
    const steps = { ArrowLeft: [-2, 0], ArrowRight: [2, 0], ArrowUp: [0, -2], ArrowDown: [0, 2] };
    if (key === "Enter") finish();
    else if (key === "Escape") {
      drawing = null;
      chosen = null;
      draw();
    } else if (key === "Delete" || key === "Backspace") drop();
    else if (chosen && key in steps) {
      const [x, y] = steps[/** @type {keyof typeof steps} */ (key)];
      chosen.positions = chosen.positions.map((at) => [Math.min(Math.max(at[0] + x, 0), WIDTH), Math.min(Math.max(at[1] + y, 0), height)]);
      keep();
    } else return;
    event.preventDefault();
  });
  const choose = (/** @type {string} */ name) => {
    finish();
    tool = name;
    for (const button of tools.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.tool === name));
    }
    const { hintMove, hintLine, hintBlock, hintWords } = tools.dataset;
    hint.textContent = { move: hintMove, block: hintBlock, words: hintWords }[name] || hintLine || "";
  };
  for (const button of tools.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => choose(/** @type {HTMLElement} */ (button).dataset.tool || "move"));
  }
  undo.addEventListener("click", () => {
    const last = before.pop();
    if (last === undefined) return;
    area.value = last;
    take();
  });
  remove.addEventListener("click", drop);
  area.addEventListener("input", take);
  tools.hidden = false;
  hint.hidden = false;
  sheet.replaceChildren(svg);
  choose("move");
  draw();
}

const area = document.querySelector(".ds-plan-text");
const sheet = document.querySelector("[data-plan-sheet]");
const tools = document.querySelector("[data-plan-tools]");
const hint = document.querySelector("[data-plan-hint]");
if (area instanceof HTMLTextAreaElement && sheet instanceof HTMLElement && tools instanceof HTMLElement && hint instanceof HTMLElement) {
  start(area, sheet, tools, hint);
}
