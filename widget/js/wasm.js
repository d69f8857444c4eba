// The WebAssembly side, called by hand: text in, text out.
//
// wasm-bindgen writes the Rust half of this border; its JavaScript half serves
// every case and weighs as much as the rest of the shell, so this is ours. It
// holds for the exact version pinned in Cargo.toml.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const load = async (response) => {
  // The only imports report broken promises of the border itself.
  const broken = () => {
    throw new Error("comptoir");
  };
  const imports = new Proxy({}, { get: () => new Proxy({}, { get: () => broken }) });
  const { instance } = await WebAssembly.instantiateStreaming(response, imports);
  const { memory, widget_new, widget_act, __wbindgen_malloc: take, __wbindgen_free: free } = instance.exports;
  const bytes = (at, length) => new Uint8Array(memory.buffer, at >>> 0, length);
  // Copied in; the other side frees it.
  const give = (text) => {
    const encoded = encoder.encode(text);
    const at = take(encoded.length, 1);
    bytes(at, encoded.length).set(encoded);
    return [at, encoded.length];
  };
  return (start) => {
    const widget = widget_new(...give(start));
    return (action) => {
      const [at, length] = widget_act(widget, ...give(action), performance.now(), Date.now(), Math.random());
      const text = decoder.decode(bytes(at, length));
      free(at, length, 1);
      return text;
    };
  };
};
