// The part of zxing-wasm 3.1.4 that the phone calls; the published declarations need those of two more packages.

export interface ModuleOptions {
  overrides: { locateFile: (path: string, prefix: string) => string };
  fireImmediately: true;
}

export interface ReaderOptions {
  formats?: "QRCode"[];
  tryHarder?: boolean;
  maxNumberOfSymbols?: number;
}

export interface ReadResult {
  text: string;
}

export function prepareZXingModule(options: ModuleOptions): Promise<unknown>;

export function readBarcodes(image: Blob | ArrayBuffer | Uint8Array | ImageData, options?: ReaderOptions): Promise<ReadResult[]>;
