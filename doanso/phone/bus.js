// Announces what changed to every listener of this tab and of the others. A message carries no content: its listener
// reads the disk, which alone is true.
// @ts-check

/** @typedef {"outbox" | "sent" | "pack" | "drafts" | "device" | "vault" | "photos" | "sync" | "sending"} Topic */

/** @type {Map<string, Set<(more: any) => void>>} */
const listeners = new Map();
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("door") : null;

if (channel) {
  channel.onmessage = (event) => tell(event.data.topic, { ...event.data.more, elsewhere: true });
}

/** @param {string} topic @param {any} more */
function tell(topic, more) {
  for (const listener of [...(listeners.get(topic) || [])]) {
    try {
      listener(more);
    } catch (error) {
      console.error(error);
    }
  }
}

/**
 * Hear about a topic until the returned function is called.
 * @param {Topic} topic @param {(more: any) => void} listener @returns {() => void}
 */
export function on(topic, listener) {
  const all = listeners.get(topic) || new Set();
  listeners.set(topic, all.add(listener));
  return () => all.delete(listener);
}

/**
 * Tell this tab and all others.
 * @param {Topic} topic @param {Record<string, unknown>} [more]
 */
export function say(topic, more = {}) {
  tell(topic, { ...more, elsewhere: false });
  try {
    channel?.postMessage({ topic, more });
  } catch {
    // A channel that is closing says nothing; the other tabs read the disk when they become visible.
  }
}
