// The receipt that the helped person holds. Its secret is made here, so that its code works before this phone has sent.
// @ts-check

import { base64url, fromHex, random, uuid7 } from "./id.js";

/** No 0 and O, no 1, I and L, and no U that is read as V: the server's own alphabet. */
export const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 8;
const LINK_BYTES = 16;

/** Letters by chance, each as likely as any other. */
function code() {
  const fair = 256 - (256 % ALPHABET.length);
  let made = "";
  while (made.length < LENGTH) {
    for (const byte of random(LENGTH)) {
      if (byte < fair && made.length < LENGTH) made += ALPHABET[byte % ALPHABET.length];
    }
  }
  return made;
}

/**
 * The link begins with the moment of the id.
 * @returns {{id: string, link: string, code: string}}
 */
export function make() {
  const id = uuid7();
  const moment = fromHex(id.slice(0, 8) + id.slice(9, 13));
  return { id, link: base64url(Uint8Array.of(...moment, ...random(LINK_BYTES))), code: code() };
}

/** @param {string} base @param {string} link */
export const url = (base, link) => `${base}${link}/`;

/**
 * As it stands on the receipt: 7KQ2-M4XD.
 * @param {string} text
 */
export const spaced = (text) => `${text.slice(0, 4)}-${text.slice(4)}`;
