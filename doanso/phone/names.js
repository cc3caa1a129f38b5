// @ts-check
// What nobody and nothing is called, as the server's lib/names.py says: what this phone lets through is not refused later.
// contract/names.json holds both to the same names.

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u;
const BRACKETS = /[<>]/;
const FORMULA = /^['’`"\s]*=/;
const LINK = /:\/\/|\bwww\.|^(?:mailto|javascript|data|file):|\bhyperlink\s*\(/i;
// UTF-8 that was read as another encoding, or letters that a program could not keep.
const GARBLED = /\ufffd|[ÃÂÄÅÆ][\u0080-\u00bf‘’“”„†‡•…‰™˜€]|á[º»]|\p{L}\?+\p{L}/u;

/** Whether a text is garbled by another program: "Nguyá»…n", "Nguy?n". @param {string} text */
export function garbled(text) {
  return GARBLED.test(text);
}

/** Whether a text holds letters that nobody sees, or that turn it round. @param {string} text */
export function hidden(text) {
  return HIDDEN.test(text);
}

/** Whether nobody and nothing is called so. @param {string} name */
export function odd(name) {
  const flat = name.normalize("NFKC");
  return hidden(name) || BRACKETS.test(flat) || FORMULA.test(flat) || LINK.test(flat) || garbled(name);
}
