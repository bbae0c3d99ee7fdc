/** What is used of WebAssembly. Node has it, and its types leave out the values; those of browsers are not for here. */

/** Compiled code; one that is posted to a worker is shared with it, with all that V8 compiles of it later. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: 'WebAssembly.Module';
}

interface Instantiate {
  (source: WasmModule, imports?: object): Promise<object>;
  (source: Uint8Array, imports?: object): Promise<{ readonly module: WasmModule; readonly instance: object }>;
}

interface Wasm {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate: Instantiate;
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;
