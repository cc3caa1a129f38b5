// Ids, hashes and the two spellings of bytes. One writing each, held to contract/vectors.json.
// @ts-check

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
let lastMoment = 0;
let counter = 0;

/** @param {string} text */
export const utf8 = (text) => encoder.encode(text);

/** @param {BufferSource} bytes */
export const fromUtf8 = (bytes) => decoder.decode(bytes);

/** @param {number} length */
export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text */
export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new TypeError("not hex");
  return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
}

/**
 * A UUIDv7 in lower case. Those of one tab sort by the order in which they were made, also within a millisecond and when
 * the clock is set back.
 */
export function uuid7() {
  const bytes = random(16);
  const now = Math.max(Date.now(), lastMoment);
  if (now > lastMoment) {
    lastMoment = now;
    counter = ((bytes[6] & 0x07) << 8) | bytes[7];
  } else if (++counter > 0xfff) {
    lastMoment += 1;
    counter = 0;
  }
  for (let place = 0, rest = lastMoment; place < 6; place += 1) {
    bytes[5 - place] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

/** @param {unknown} text */
export const isUuid = (text) =>
  typeof text === "string" && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);

/** @param {string | BufferSource} content @returns {Promise<string>} */
export async function sha256(content) {
  const bytes = typeof content === "string" ? utf8(content) : content;
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** @param {Uint8Array} key @param {string} text @returns {Promise<string>} */
export async function hmac(key, text) {
  const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", made, utf8(text))));
}

/** @param {Uint8Array} bytes */
export function base64url(bytes) {
  let binary = "";
  // In slices: a picture at once would overflow the stack of arguments.
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {string} text */
export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new TypeError("not base64url");
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
}
