// The part of qrcode-generator 2.0.4 that the phone calls; the published declarations describe a global, not this module.

export interface QRCode {
  addData(text: string, mode: "Byte"): void;
  make(): void;
  getModuleCount(): number;
  isDark(row: number, column: number): boolean;
}

/** `typeNumber` 0 picks the smallest version that holds the data. */
export function qrcode(typeNumber: number, errorCorrection: "L" | "M" | "Q" | "H"): QRCode;
