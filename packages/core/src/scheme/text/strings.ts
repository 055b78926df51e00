/// Scheme strings are bytes; text of the host crosses the border as UTF-8.
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/// Writes text at a byte address; the destination has room for three bytes per UTF-16 unit. Returns the number of bytes.
export function encodeInto(text: string, bytes: Uint8Array, at: number): number {
  let n = at;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 128) bytes[n++] = c;
    else {
      const rest = encoder.encode(text.slice(i));
      bytes.set(rest, n);
      return n + rest.length - at;
    }
  }
  return n - at;
}

export function byteLength(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return encoder.encode(text).length;
  return text.length;
}

export function decode(bytes: Uint8Array, at: number, length: number): string {
  if (length < 64) {
    let text = "";
    for (let i = at; i < at + length; i++) {
      const c = bytes[i];
      if (c > 127) return decoder.decode(bytes.slice(at, at + length));
      text += String.fromCharCode(c);
    }
    return text;
  }
  return decoder.decode(bytes.slice(at, at + length));
}
