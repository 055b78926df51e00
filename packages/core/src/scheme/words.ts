/// The layout of a Scheme value: one 32-bit word, and 16-byte cells for what does not fit.
///
/// | low bits | value |
/// |---|---|
/// | `...1`  | fixnum, 31 bits, value in bits 1-31 |
/// | `..00`  | reference: the word index of a cell (a multiple of 4, never 0) |
/// | `.010`  | immediate: special constant, character or syntax, told apart by the low byte |
/// | `.110`  | symbol, number in bits 3-31 |

const special = (n: number) => (n << 8) | 0x02;

export const NIL = special(0);
export const FALSE = special(1);
export const TRUE = special(2);
export const UNSPECIFIED = special(3);
export const UNDEFINED = special(4);
export const EOF = special(5);
/// A global without a value, or a body definition that has not been reached.
export const UNBOUND = special(6);
/// An optional parameter that was not given, before its default is computed.
export const OMITTED = special(7);
/// Result of an expression with several values (or none): the values are in the list `Reg.Values`.
export const MANY = special(8);
/// What a control builtin returns after arranging the call of `Reg.Callee` on the stack.
export const APPLY = special(9);
/// Marks a removed entry of a hash table.
export const REMOVED = special(10);

/// Absence of a word: an argument that was not passed, an empty field. Never a Scheme value.
export const NONE = 0;

export const FIXNUM_MAX = 0x3fffffff;
export const FIXNUM_MIN = -0x40000000;

export const fix = (n: number): number => (n << 1) | 1;
export const unfix = (v: number): number => v >> 1;
export const isFix = (v: number): boolean => (v & 1) !== 0;
export const fitsFix = (n: number): boolean => n >= FIXNUM_MIN && n <= FIXNUM_MAX && Number.isInteger(n);
export const isRef = (v: number): boolean => (v & 3) === 0;
export const isSymbol = (v: number): boolean => (v & 7) === 6;
export const symbolWord = (id: number): number => (id << 3) | 6;
export const symbolId = (v: number): number => v >>> 3;
export const isChar = (v: number): boolean => (v & 0xff) === 0x12;
export const charWord = (code: number): number => (code << 8) | 0x12;
export const charCode = (v: number): number => v >>> 8;
/// The value of a special form's name, as in `(syntax? if)`.
export const isSyntax = (v: number): boolean => (v & 0xff) === 0x22;
export const syntaxWord = (id: number): number => (id << 8) | 0x22;
export const bool = (b: boolean): number => (b ? TRUE : FALSE);

/// Type of a cell: the low byte of its first word. Words 1 to 3 hold tagged values unless said otherwise.
export const Type = {
  Free: 0,
  /// car, cdr, source position (fixnum: line * 256 + column) or NONE.
  Pair: 1,
  /// Words 2-3: IEEE double.
  Float: 2,
  /// Words 2-3: low and high half of a 64-bit integer outside the fixnum range.
  Int64: 3,
  /// numerator, denominator.
  Ratio: 4,
  /// real and imaginary part, both Float.
  Complex: 5,
  /// length in bytes, owner of the bytes or NONE, word address of the bytes (raw).
  String: 6,
  /// length, shape (list of dimensions, or pair of it and the owner of the elements) or NONE, word address of the elements (raw).
  Vector: 7,
  FloatVector: 8,
  /// Elements of two words each.
  IntVector: 9,
  ByteVector: 10,
  /// entry count, Vector of keys and values, kind (see `tables.ts`).
  HashTable: 11,
  /// code, frame, properties (association list) or NONE.
  Closure: 12,
  Macro: 13,
  /// number of the definition, properties or NONE.
  Builtin: 14,
  /// saved stack (Vector), winds, handlers.
  Continuation: 15,
  /// stack offset, winds, handlers; the `Dead` flag is set when its extent has ended.
  Exit: 16,
  /// outer environment, first Slot, number of slots.
  Let: 17,
  /// symbol, value, next Slot.
  Slot: 18,
  /// outer environment, then the captured variables; header bits 12-31: number of the frame's shape.
  Frame: 19,
  /// symbol, value, setter or constant mark or NONE. Never collected.
  Global: 20,
  /// constants (Vector), description (Vector), word address of the instructions (raw); header bits 12-31: required arguments.
  Code: 21,
  /// sequence, position, end mark.
  Iterator: 22,
  /// text (String), position, line.
  InputPort: 23,
  /// text (String with room to grow), bytes used, host port number or NONE.
  OutputPort: 24,
  /// pointer number, type, info.
  CPointer: 25,
  /// Words 2-3: state of the generator.
  RandomState: 26,
  /// list of the values, for several values in an argument position.
  Values: 27,
  /// The settings object `*s7*`.
  Settings: 28,
  /// Raw words that belong to another object.
  Bytes: 29,
} as const;

/// Header flags, bits 8-11.
export const Flag = {
  Immutable: 0x100,
  /// Let: methods apply (`openlet`). Code: extra arguments are collected in a list.
  Open: 0x200,
  Rest: 0x200,
  /// Code: parameters have defaults and keywords (`lambda*`).
  Star: 0x400,
  /// Code: not compiled yet. Macro: expands in the caller's environment (`bacro`).
  Lazy: 0x800,
  Bacro: 0x800,
  /// Exit: its extent has ended. Iterator: at its end. Port: closed. Weak hash table.
  Dead: 0x800,
  Weak: 0x800,
} as const;

/// Word addresses of the machine's registers, at the start of memory.
export const Reg = {
  Alloc: 16,
  Limit: 17,
  Marking: 18,
  Fuel: 19,
  Pc: 20,
  Sp: 21,
  Fp: 22,
  Env: 23,
  Acc: 24,
  Callee: 25,
  Values: 26,
  Handlers: 27,
  Winds: 28,
  /// Number of Values objects pushed as arguments and not spread yet.
  Pending: 29,
  StackLimit: 30,
  Epoch: 31,
  /// What the collector is doing: a `Phase`.
  Phase: 32,
  /// Word address of page 0.
  Base: 33,
  /// Byte addresses less the share of the words before page 0: `Marks + (v >> 2)` is the mark of cell v,
  /// `PageUse + (v >> 10)` and `PageSeen + (v >> 10)` are the entries of its page.
  Marks: 34,
  PageUse: 35,
  PageSeen: 36,
  /// Word address of the number of variables of each shape of frame.
  Shapes: 37,
  /// Objects marked but not scanned yet: bottom, and first free word above them.
  Gray: 38,
  GrayTop: 39,
  /// Cells found alive by this cycle.
  Marked: 40,
  /// Words of the stack as it was when the cycle began that are still to be looked at.
  Snapshot: 41,
  SnapshotEnd: 42,
  /// Where the sweep is, and the page it ends at.
  SweepPage: 43,
  SweepCell: 44,
  SweepEnd: 45,
  /// Cells of the run last found.
  Run: 46,
  /// Cells handed out since the last cycle began, and the number at which another is due.
  Since: 47,
  Due: 48,
  /// Fuel put aside by who asked for a poll.
  Spared: 49,
  End: 96,
} as const;

/// What the collector is doing.
export const Phase = { Idle: 0, Mark: 1, Sweep: 2 } as const;

/// Words of a frame header below the first argument: saved environment, return address, saved frame distance, callee.
export const HEADER = 4;
