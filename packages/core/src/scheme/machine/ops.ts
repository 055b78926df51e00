/// Operations of the machine. An instruction is one word for the operation and one for each operand;
/// offsets count from the word that holds them. "accumulator" holds the last value, "pushed" is the top of the stack.
export const Op = {
  /// Stop; the accumulator is the result.
  Halt: 0,
  /// value
  Constant: 1,
  /// slot
  Local: 2,
  /// cell
  Global: 3,
  /// index
  Env0: 4,
  /// index
  Env1: 5,
  /// depth index
  Env: 6,
  /// symbol
  Dynamic: 7,
  Push: 8,
  /// value
  PushConstant: 9,
  /// slot
  PushLocal: 10,
  /// cell
  PushGlobal: 11,
  /// index
  PushEnv0: 12,
  /// index
  PushEnv1: 13,
  /// Push what may be several values.
  PushResult: 14,
  /// slot
  SetLocal: 15,
  /// cell
  SetGlobal: 16,
  /// depth index
  SetEnv: 17,
  /// symbol
  SetDynamic: 18,
  /// cell constant?
  DefineGlobal: 19,
  /// symbol
  DefineDynamic: 20,
  /// offset
  Jump: 21,
  /// offset
  JumpFalse: 22,
  /// offset
  JumpTrue: 23,
  /// slot offset: jump when an optional argument was given
  JumpGiven: 24,
  /// offset of the return address
  Frame: 25,
  /// count
  Call: 26,
  /// count
  TailCall: 27,
  /// cell count
  CallGlobal: 28,
  /// cell count
  TailCallGlobal: 29,
  Return: 30,
  /// count
  Drop: 31,
  /// code
  Closure: 32,
  /// bacro?
  MakeMacro: 33,
  /// shape count slot... (-1: no value yet)
  MakeFrame: 34,
  /// count (symbol slot)...
  MakeLet: 35,
  /// count
  PopFrame: 36,
  SaveEnv: 37,
  EnterLet: 38,
  RestoreEnv: 39,
  /// base count offset
  LoopTo: 40,
  /// slot height offset
  LoopSet: 41,
  /// height offset
  LoopJump: 42,
  /// definition
  Prim1: 43,
  /// definition
  Prim2: 44,
  /// definition
  Prim3: 45,
  /// definition count
  PrimN: 46,
  Car: 47,
  Cdr: 48,
  Cadr: 49,
  Cddr: 50,
  /// slot
  CarLocal: 51,
  /// slot
  CdrLocal: 52,
  Cons: 53,
  /// slot: local before accumulator
  ConsLocal: 54,
  VectorRef: 55,
  /// slot: vector; index in the accumulator
  VectorRefLocal: 56,
  VectorSet: 57,
  /// pushed and accumulator
  Add: 58,
  /// slot slot
  AddLocals: 59,
  /// slot value
  AddLocalConstant: 60,
  /// accumulator and value
  AddConstant: 61,
  /// slot and accumulator
  AddLocal: 62,
  /// accumulator and slot
  AddSecond: 63,
  /// pushed and accumulator
  Subtract: 64,
  /// slot slot
  SubtractLocals: 65,
  /// slot value
  SubtractLocalConstant: 66,
  /// accumulator and value
  SubtractConstant: 67,
  /// slot and accumulator
  SubtractLocal: 68,
  /// accumulator and slot
  SubtractSecond: 69,
  /// pushed and accumulator
  Multiply: 70,
  /// slot slot
  MultiplyLocals: 71,
  /// accumulator and value
  MultiplyConstant: 72,
  /// slot and accumulator
  MultiplyLocal: 73,
  /// pushed and accumulator
  Modulo: 74,
  /// slot slot
  ModuloLocals: 75,
  /// accumulator and value
  ModuloConstant: 76,
  /// slot and accumulator
  ModuloLocal: 77,
  /// offset
  UnlessLess: 78,
  /// slot slot offset
  UnlessLessLocals: 79,
  /// slot value offset
  UnlessLessLocalConstant: 80,
  /// value offset
  UnlessLessConstant: 81,
  /// slot offset
  UnlessLessLocal: 82,
  /// slot offset
  UnlessLessSecond: 83,
  /// offset
  UnlessGreater: 84,
  /// slot slot offset
  UnlessGreaterLocals: 85,
  /// slot value offset
  UnlessGreaterLocalConstant: 86,
  /// value offset
  UnlessGreaterConstant: 87,
  /// slot offset
  UnlessGreaterLocal: 88,
  /// slot offset
  UnlessGreaterSecond: 89,
  /// offset
  UnlessLessEqual: 90,
  /// slot slot offset
  UnlessLessEqualLocals: 91,
  /// slot value offset
  UnlessLessEqualLocalConstant: 92,
  /// value offset
  UnlessLessEqualConstant: 93,
  /// slot offset
  UnlessLessEqualLocal: 94,
  /// slot offset
  UnlessLessEqualSecond: 95,
  /// offset
  UnlessGreaterEqual: 96,
  /// slot slot offset
  UnlessGreaterEqualLocals: 97,
  /// slot value offset
  UnlessGreaterEqualLocalConstant: 98,
  /// value offset
  UnlessGreaterEqualConstant: 99,
  /// slot offset
  UnlessGreaterEqualLocal: 100,
  /// slot offset
  UnlessGreaterEqualSecond: 101,
  /// offset
  UnlessEqual: 102,
  /// slot slot offset
  UnlessEqualLocals: 103,
  /// slot value offset
  UnlessEqualLocalConstant: 104,
  /// value offset
  UnlessEqualConstant: 105,
  /// slot offset
  UnlessEqualLocal: 106,
  /// slot offset
  UnlessEqualSecond: 107,
  /// offset
  UnlessEq: 108,
  /// value offset
  UnlessEqConstant: 109,
  /// slot value offset
  UnlessEqLocalConstant: 110,
  /// slot offset
  UnlessEqLocal: 111,
  /// offset
  UnlessNull: 112,
  /// slot offset
  UnlessNullLocal: 113,
  /// offset
  UnlessPair: 114,
  /// slot offset
  UnlessPairLocal: 115,
  /// slot offset
  WhenNullLocal: 116,
  /// offset
  WhenNull: 117,
  /// offset
  WhenPair: 118,
  /// value offset
  WhenEqConstant: 119,
  /// slot value offset
  WhenEqLocalConstant: 120,
  /// Leave a catch.
  CatchReturn: 121,
  /// Leave the extent of an escape.
  ExitReturn: 122,
  /// Leave with-output-to-string.
  OutputReturn: 123,
  /// Continue with what waited for dynamic-wind's exits.
  Unwound: 124,
  /// Run the code in the accumulator as a procedure of no arguments.
  Evaluate: 125,
  /// slot
  PushCarLocal: 126,
  /// slot
  PushCdrLocal: 127,
  /// slot value
  PushAddLocalConstant: 128,
  /// slot value
  PushSubtractLocalConstant: 129,
  /// slot count
  CallLocal: 130,
  /// definition
  Assq: 131,
  /// definition
  Memq: 132,
} as const;
