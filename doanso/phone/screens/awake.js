// @ts-check
// The screen stays lit where somebody stands with the phone in the hand: at a gate, at a stand.

import { onLeave } from "./frame.js";

/** Until this screen is left. */
export function stayAwake() {
  /** @type {any} */
  let held = null;
  let left = false;
  const wake = async () => {
    const { wakeLock } = /** @type {any} */ (navigator);
    if (document.visibilityState !== "visible" || !wakeLock) return;
    held = await wakeLock.request("screen").catch(() => null);
    if (left && held) void held.release();
  };
  document.addEventListener("visibilitychange", wake);
  onLeave(() => {
    left = true;
    document.removeEventListener("visibilitychange", wake);
    if (held) void held.release();
  });
  void wake();
}
