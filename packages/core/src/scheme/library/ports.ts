/// Ports, reading and writing.
import { type Definition, def } from "../definition.ts";
import type { Interpreter } from "../interpreter.ts";
import { Reader } from "../text/reader.ts";
import { byteLength, decode, encodeInto } from "../text/strings.ts";
import { bool, charCode, EOF, FALSE, Flag, fix, NONE, TRUE, Type, UNSPECIFIED, unfix } from "../words.ts";
import { needChar, needInteger, needProcedure, needRange, needString } from "./arguments.ts";

/// Writes bytes from the buffer to a port: into its string, or out to the host.
function writeBytes(s: Interpreter, port: number, at: number, length: number): void {
  const { w, heap } = s;
  if (port === FALSE || length === 0) return;
  if ((w[port] & Flag.Dead) !== 0) throw s.wrongTypeIn(s.current.name, 1, port, "an open output port");
  if (port === s.stdout || port === s.stderr) {
    const text = decode(heap.b, at, length);
    (port === s.stdout ? s.options.output : s.options.errors)?.(text);
    return;
  }
  const used = unfix(w[port + 2]);
  reserve(s, port, used + length);
  heap.copyBytes(heap.data(w[port + 1]) * 4 + used, at, length);
  w[port + 2] = fix(used + length);
}

function reserve(s: Interpreter, port: number, size: number): void {
  const { w, heap } = s;
  const text = w[port + 1];
  if (heap.length(text) >= size) return;
  const larger = heap.numberVector(Type.String, Math.max(64, size * 2));
  heap.b.copyWithin(heap.data(larger) * 4, heap.data(text) * 4, heap.data(text) * 4 + unfix(w[port + 2]));
  heap.put(port + 1, larger);
}

export function writeText(s: Interpreter, port: number, text: string): void {
  if (port === FALSE) return;
  if (port === s.stdout || port === s.stderr) {
    (port === s.stdout ? s.options.output : s.options.errors)?.(text);
    return;
  }
  const { w, heap } = s;
  if ((w[port] & Flag.Dead) !== 0) throw s.wrongTypeIn(s.current.name, 2, port, "an open output port");
  const used = unfix(w[port + 2]);
  const length = byteLength(text);
  reserve(s, port, used + length);
  encodeInto(text, heap.b, heap.data(w[port + 1]) * 4 + used);
  w[port + 2] = fix(used + length);
}

export function makeStringPort(s: Interpreter): number {
  const text = s.heap.numberVector(Type.String, 64);
  return s.heap.cell3(Type.OutputPort, text, fix(0), NONE);
}

/// What has been written to a string port.
export function portText(s: Interpreter, port: number): number {
  const { w, heap } = s;
  const out = heap.numberVector(Type.String, unfix(w[port + 2]));
  heap.b.copyWithin(heap.data(out) * 4, heap.data(w[port + 1]) * 4, heap.data(w[port + 1]) * 4 + unfix(w[port + 2]));
  return out;
}

function needOutput(s: Interpreter, v: number, n: number): number {
  if (v === NONE) return s.output;
  if (v === FALSE) return FALSE;
  if (!s.heap.isType(v, Type.OutputPort)) throw s.wrongType(n, v, "an output port");
  return v;
}

function needInput(s: Interpreter, v: number, n: number): number {
  if (v === NONE) return s.input;
  if (!s.heap.isType(v, Type.InputPort)) throw s.wrongType(n, v, "an input port");
  if ((s.w[v] & Flag.Dead) !== 0) throw s.wrongType(n, v, "an open input port");
  return v;
}

export function makeInputPort(s: Interpreter, text: number): number {
  return s.heap.cell3(Type.InputPort, text, fix(0), fix(1));
}

export function readDatum(s: Interpreter, port: number): number {
  const { w, heap } = s;
  const text = w[port + 1];
  const base = heap.data(text) * 4;
  const reader = new Reader(s, heap.b, base + unfix(w[port + 2]), base + heap.length(text));
  reader.line = unfix(w[port + 3]);
  try {
    return reader.read();
  } finally {
    w[port + 2] = fix(reader.at - base);
    w[port + 3] = fix(Math.min(reader.line, 0x3fffffff));
  }
}

/// The next byte of an input port, -1 at its end.
function nextByte(s: Interpreter, port: number, advance: boolean): number {
  const { w, heap } = s;
  const at = unfix(w[port + 2]);
  if (at >= heap.length(w[port + 1])) return -1;
  if (advance) w[port + 2] = fix(at + 1);
  return heap.b[heap.data(w[port + 1]) * 4 + at];
}

function readLine(s: Interpreter, port: number, withEnd: boolean): number {
  const bytes: number[] = [];
  let c = nextByte(s, port, true);
  if (c < 0) return EOF;
  while (c >= 0 && c !== 10) {
    bytes.push(c);
    c = nextByte(s, port, true);
  }
  if (c === 10 && withEnd) bytes.push(c);
  return s.bytesToString(bytes);
}

function openInputFile(s: Interpreter, name: number): number {
  const path = s.text(needString(s, name, 1));
  const bytes = s.options.files?.read(path);
  if (bytes === undefined) throw s.error("io-error", "~A: ~A ~S", s.string(s.current.name), s.string("can't open"), name);
  return makeInputPort(s, s.bytesToString(bytes));
}

function openOutputFile(s: Interpreter, name: number, mode: number): number {
  const path = s.text(needString(s, name, 1));
  const append = mode !== NONE && s.text(needString(s, mode, 2)).startsWith("a");
  const port = makeStringPort(s);
  if (append) writeText(s, port, new TextDecoder().decode(s.options.files?.read(path) ?? new Uint8Array()));
  else if (s.options.files === undefined || !s.options.files.write(path, new Uint8Array())) {
    throw s.error("io-error", "~A: ~A ~S", s.string(s.current.name), s.string("can't open"), name);
  }
  s.w[port + 3] = fix(s.outputFiles.push(path) + 2);
  return port;
}

/// Writes what a file port has collected to its file.
function flush(s: Interpreter, port: number): void {
  const number = s.w[port + 3];
  if (number === NONE || unfix(number) <= 2) return;
  const path = s.outputFiles[unfix(number) - 3];
  const at = s.heap.data(s.w[port + 1]) * 4;
  s.options.files?.write(path, s.heap.b.slice(at, at + unfix(s.w[port + 2])));
}

function close(s: Interpreter, port: number): number {
  const type = s.heap.typeOf(port);
  if (port === FALSE || port === s.stdout || port === s.stderr) return UNSPECIFIED;
  if (type !== Type.InputPort && type !== Type.OutputPort) throw s.wrongType(1, port, "a port");
  if (type === Type.OutputPort) flush(s, port);
  s.w[port] |= Flag.Dead;
  return UNSPECIFIED;
}

function printer(write: boolean) {
  return (s: Interpreter, a: number, b: number): number => {
    const port = needOutput(s, b, 2);
    // Strings go straight to the port: no text of the host in between.
    if (!write && s.isString(a)) writeBytes(s, port, s.heap.data(a) * 4, s.heap.length(a));
    else {
      const method = s.environments.method(a, s.symbols.objectToString);
      writeText(s, port, method === NONE ? (write ? s.write(a) : s.display(a)) : s.display(s.call(method, a)));
    }
    return a;
  };
}

export const ports: Definition[] = [
  def("display", [1, 2], "Writes a value as text for people.", "", printer(false)),
  def("write", [1, 2], "Writes a value as it would be read.", "", printer(true)),
  def("newline", [0, 1], "Ends a line.", "", (s, a) => {
    writeText(s, needOutput(s, a, 1), "\n");
    return UNSPECIFIED;
  }),
  def("write-char", [1, 2], "Writes a character.", "", (s, a, b) => {
    needChar(s, a, 1);
    writeText(s, needOutput(s, b, 2), String.fromCharCode(charCode(a)));
    return a;
  }),
  def("write-byte", [1, 2], "Writes a byte.", "", (s, a, b) => {
    const port = needOutput(s, b, 2);
    const byte = needInteger(s, a, 1);
    if (byte < 0 || byte > 255) throw s.wrongType(1, a, "an unsigned byte");
    const one = s.bytesToString([byte]);
    writeBytes(s, port, s.heap.data(one) * 4, 1);
    return a;
  }),
  def("write-string", [1, 4], "Writes a string or a part of it.", "", (s, a, b, c, n, at) => {
    needString(s, a, 1);
    const [from, to] = needRange(s, c, n > 3 ? s.w[at + 3] : NONE, 3, s.heap.length(a));
    writeBytes(s, needOutput(s, b, 2), s.heap.data(a) * 4 + from, to - from);
    return a;
  }),
  def("read", [0, 1], "Reads a datum.", '(read (open-input-string "(1 . 2)")) => (1 . 2)', (s, a) => readDatum(s, needInput(s, a, 1))),
  def("read-char", [0, 1], "Reads a character.", '(read-char (open-input-string "ab")) => #\\a', (s, a) => {
    const c = nextByte(s, needInput(s, a, 1), true);
    return c < 0 ? EOF : s.char(c);
  }),
  def("peek-char", [0, 1], "The next character, left where it is.", '(peek-char (open-input-string "ab")) => #\\a', (s, a) => {
    const c = nextByte(s, needInput(s, a, 1), false);
    return c < 0 ? EOF : s.char(c);
  }),
  def("read-byte", [0, 1], "Reads a byte.", '(read-byte (open-input-string "a")) => 97', (s, a) => {
    const c = nextByte(s, needInput(s, a, 1), true);
    return c < 0 ? EOF : fix(c);
  }),
  def("read-line", [0, 2], "Reads a line.", '(read-line (open-input-string "one\\ntwo")) => "one"', (s, a, b) =>
    readLine(s, needInput(s, a, 1), b === TRUE),
  ),
  def("read-string", [1, 2], "Reads so many characters.", '(read-string 2 (open-input-string "abc")) => "ab"', (s, a, b) => {
    const n = needInteger(s, a, 1);
    const port = needInput(s, b, 2);
    const bytes: number[] = [];
    for (let c = 0; bytes.length < n && (c = nextByte(s, port, true)) >= 0; ) bytes.push(c);
    return bytes.length === 0 && n > 0 ? EOF : s.bytesToString(bytes);
  }),
  def("char-ready?", [0, 1], "Whether a character can be read.", "(char-ready?) => #t", (s, a) => {
    needInput(s, a, 1);
    return TRUE;
  }),
  def("open-input-string", [1, 1], "An input port over a string.", '(input-port? (open-input-string "")) => #t', (s, a) =>
    makeInputPort(s, needString(s, a, 1)),
  ),
  def("open-output-string", [0, 0], "An output port into a string.", "(output-port? (open-output-string)) => #t", (s) => makeStringPort(s)),
  def(
    "get-output-string",
    [1, 2],
    "What was written to a string port, which is emptied when told so.",
    '(let ((p (open-output-string))) (display 1 p) (get-output-string p)) => "1"',
    (s, a, b) => {
      if (!s.heap.isType(a, Type.OutputPort)) throw s.wrongType(1, a, "an output string port");
      const text = portText(s, a);
      if (b !== NONE && b !== FALSE) s.w[a + 2] = fix(0);
      return text;
    },
  ),
  def(
    "call-with-output-string",
    [1, 1],
    "What a procedure writes to the port it is given.",
    '(call-with-output-string (lambda (p) (write \'x p))) => "x"',
    (s, a, _b, _c, _n, at) => {
      needProcedure(s, a, 1);
      return s.machine.tail(at, s.globals.value(s.symbols.withPort), a, makeStringPort(s));
    },
    { control: true },
  ),
  def(
    "with-output-to-string",
    [1, 1],
    "What a thunk writes to the current output.",
    '(with-output-to-string (lambda () (display 1))) => "1"',
    (s, a, _b, _c, _n, at) => {
      needProcedure(s, a, 1);
      return s.machine.enterOutput(at, makeStringPort(s), a);
    },
    { control: true },
  ),
  def("open-input-file", [1, 2], "An input port over a file.", "", (s, a) => openInputFile(s, a)),
  def("open-output-file", [1, 2], "An output port into a file.", "", (s, a, b) => openOutputFile(s, a, b)),
  def("flush-output-port", [0, 1], "Writes what a port has collected.", "", (s, a) => {
    const port = needOutput(s, a, 1);
    if (port !== FALSE) flush(s, port);
    return port;
  }),
  ...["close-input-port", "close-output-port", "close-port"].map((name) => def(name, [1, 1], "Closes a port.", "", (s, a) => close(s, a))),
  def("input-port?", [1, 1], "Whether a value is an input port.", '(input-port? (open-input-string "")) => #t', (s, a) =>
    bool(s.heap.isType(a, Type.InputPort)),
  ),
  def("output-port?", [1, 1], "Whether a value is an output port.", "(output-port? (open-output-string)) => #t", (s, a) =>
    bool(s.heap.isType(a, Type.OutputPort)),
  ),
  def("port-closed?", [1, 1], "Whether a port is closed.", '(port-closed? (open-input-string "")) => #f', (s, a) => {
    if (a === FALSE) return FALSE;
    const type = s.heap.typeOf(a);
    if (type !== Type.InputPort && type !== Type.OutputPort) throw s.wrongType(1, a, "a port");
    return bool((s.w[a] & Flag.Dead) !== 0);
  }),
  def(
    "port-line-number",
    [0, 1],
    "The line an input port is at.",
    '(port-line-number (open-input-string "")) => 1',
    (s, a) => s.w[needInput(s, a, 1) + 3],
  ),
  def("port-filename", [0, 1], "The file of a port.", '(port-filename (open-input-string "")) => ""', (s) => s.string("")),
  def("current-output-port", [0, 0], "Where output goes.", "(output-port? (current-output-port)) => #t", (s) => s.output),
  def("current-error-port", [0, 0], "Where error messages go.", "(output-port? (current-error-port)) => #t", (s) => s.stderr),
  def("current-input-port", [0, 0], "Where input comes from.", "(input-port? (current-input-port)) => #t", (s) => s.input),
  def("set-current-output-port", [1, 1], "Sends output somewhere else; returns where it went.", "", (s, a) => {
    const old = s.output;
    s.output = needOutput(s, a, 1);
    return old;
  }),
  def("set-current-input-port", [1, 1], "Takes input from somewhere else; returns where it came from.", "", (s, a) => {
    const old = s.input;
    s.input = needInput(s, a, 1);
    return old;
  }),
  def("set-current-error-port", [1, 1], "Accepted for compatibility.", "", (s) => s.stderr),
  def("file-exists?", [1, 1], "Whether there is such a file.", '(file-exists? "/no/such/file") => #f', (s, a) =>
    bool(s.options.files?.exists(s.text(needString(s, a, 1))) ?? false),
  ),
  def("delete-file", [1, 1], "Removes a file.", "", (s, a) => fix(s.options.files?.remove(s.text(needString(s, a, 1))) === true ? 0 : -1)),
];
