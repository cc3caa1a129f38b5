// Puts editors on the page on which a document is written. The page loads this module alone: in production a script's own address
// bears a hash that imports do not know, so a module that is also a script of the page would run twice.

import { Appendices } from "./appendices.js";
import { WorkingCopy } from "./working_copy.js";
import { Editor } from "./editor.js";

for (const host of document.querySelectorAll("[data-editor]")) {
  try {
    if (host instanceof HTMLElement) new Editor(host);
  } catch (error) {
    // What cannot be read stays a box of words.
    if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
  }
}

for (const host of document.querySelectorAll("[data-appendices]")) {
  if (host instanceof HTMLElement) new Appendices(host);
}

// The last, so that it knows the fields as the editors wrote them.
const form = document.querySelector("form[data-working-copy]");
if (form instanceof HTMLFormElement) new WorkingCopy(form);
