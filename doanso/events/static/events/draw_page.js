// The button of a draw's page that computes it again from the published file, on the reader's own device.
// @ts-check

import { check } from "./draw_rule.js";

const button = /** @type {HTMLButtonElement | null} */ (document.getElementById("recompute"));
const list = document.getElementById("recomputed");

if (button && list) {
  const words = list.dataset;
  button.hidden = false;

  /** @param {boolean} fits @param {string} sentence */
  const line = (fits, sentence) => {
    const item = document.createElement("li");
    const icon = /** @type {HTMLTemplateElement} */ (document.getElementById(fits ? "tick" : "cross"));
    const words_ = document.createElement("span");
    words_.textContent = fits ? sentence : `${words.wrong} ${sentence}`;
    item.append(icon.content.cloneNode(true), words_);
    if (!fits) item.className = "wrong";
    return item;
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const answer = await fetch(button.dataset.file ?? "", { cache: "no-store" });
      const found = await check(await answer.json());
      list.replaceChildren(
        line(found.seed, words.seed ?? ""),
        line(found.list, words.list ?? ""),
        ...found.rounds.map((drawn) => line(drawn.isSame, `${words.same} ${drawn.prize}: ${drawn.winners.join(", ")}`)),
      );
    } catch {
      const failed = line(true, words.failed ?? "");
      failed.className = "wrong";
      failed.replaceChild(/** @type {HTMLTemplateElement} */ (document.getElementById("cross")).content.cloneNode(true), failed.children[0]);
      list.replaceChildren(failed);
    } finally {
      button.disabled = false;
    }
  });
}
