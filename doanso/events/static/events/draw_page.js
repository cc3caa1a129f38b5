// The button of a draw's page that computes it again from the published file, on the reader's own device.
// @ts-check

import { check } from "./draw_rule.js";

const button = /** @type {HTMLButtonElement | null} */ (document.getElementById("recompute"));
const list = document.getElementById("recomputed");

/** @param {boolean} isFit @param {string} sentence */
function line(isFit, sentence) {
  const icon = /** @type {HTMLTemplateElement} */ (document.getElementById(isFit ? "tick" : "cross"));
  const item = document.createElement("li");
  const text = document.createElement("span");
  text.textContent = sentence;
  item.append(icon.content.cloneNode(true), text);
  if (!isFit) item.className = "wrong";
  item.dataset.result = isFit ? "match" : "mismatch";
  return item;
}

/** @param {number[]} numbers @param {number} width */
function written(numbers, width) {
  return numbers.map((number) => String(number).padStart(width, "0")).join(", ");
}

if (button && list) {
  const words = list.dataset;
  /** @param {boolean} isFit @param {string} sentence */
  const finding = (isFit, sentence) => line(isFit, isFit ? sentence : `${words.wrong} ${sentence}`);
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const answer = await fetch(button.dataset.file ?? "", { cache: "no-store" });
      const found = await check(await answer.json());
      const width = Number(words.width);
      list.replaceChildren(
        finding(found.seed, words.seed ?? ""),
        finding(found.list, words.list ?? ""),
        ...found.rounds.map((drawn) => finding(drawn.isSame, `${words.same} ${drawn.prize}: ${written(drawn.winners, width)}`)),
      );
    } catch {
      // Without WebCrypto, which browsers offer over https alone, or without the file.
      list.replaceChildren(line(false, words.failed ?? ""));
    } finally {
      button.disabled = false;
    }
  });
}
