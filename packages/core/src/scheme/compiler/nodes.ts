/// What analysis produces and code generation consumes: expressions with every name resolved.

import { intern } from "../symbols.ts";

/// A local variable. Assigned and captured variables live in heap frames, all others on the stack.
export interface Variable {
  symbol: number;
  scope: Scope;
  /// Lives in the frame of its scope.
  framed: boolean;
  /// A macro known while compiling, instead of a value.
  macro: number;
  /// The loop that this name jumps to.
  loop: Loop | undefined;
  /// Words above the frame pointer, set by code generation.
  slot: number;
  /// Position in the frame, set by code generation.
  index: number;
}

/// A procedure body being compiled.
export interface Procedure {
  name: number;
  parameters: Variable[];
  required: number;
  rest: boolean;
  star: boolean;
  allowOtherKeys: boolean;
  defaults: { variable: Variable; value: Node }[];
  scope: Scope;
  body: Node;
  source: number;
  place: number;
}

/// Names that the library looks for in the environment of a procedure: they are there even when nothing refers to them.
const LOOKED_FOR = new Set(["+documentation+", "+signature+", "+iterator+", "+setter+"].map(intern));

export class Scope {
  readonly parent: Scope | undefined;
  /// Counts procedure boundaries: a variable of another level is captured.
  readonly level: number;
  readonly variables: Variable[] = [];
  /// The environment is visible to the program (`curlet`, `eval`): names are looked up at run time.
  reified = false;
  /// Names that are not found inside must be looked up in an environment known only at run time.
  readonly dynamic: boolean;

  constructor(parent: Scope | undefined, level: number, dynamic = false) {
    this.parent = parent;
    this.level = level;
    this.dynamic = dynamic;
  }

  own(symbol: number): Variable | undefined {
    for (let i = this.variables.length - 1; i >= 0; i--) if (this.variables[i].symbol === symbol) return this.variables[i];
    return undefined;
  }

  declare(symbol: number): Variable {
    const variable: Variable = { symbol, scope: this, framed: LOOKED_FOR.has(symbol), macro: 0, loop: undefined, slot: -1, index: -1 };
    this.variables.push(variable);
    return variable;
  }

  get hasFrame(): boolean {
    return this.reified || this.variables.some((v) => v.framed);
  }

  /// Makes this environment and all around it available to the program.
  reify(): void {
    for (let s: Scope | undefined = this; s !== undefined && !s.dynamic; s = s.parent) s.reified = true;
  }

  /// Whether a name that is not found lexically can still be a variable of an enclosing environment.
  get looksUp(): boolean {
    for (let s: Scope | undefined = this; s !== undefined; s = s.parent) if (s.reified || s.dynamic) return true;
    return false;
  }
}

/// A named `let` or `do` whose name is only ever called in tail position: a jump.
export interface Loop {
  scope: Scope;
  variables: Variable[];
  /// Set when its name is used in any other way.
  escapes: boolean;
  /// Set by code generation.
  label: number;
  base: number;
  /// Frames open at the loop's start.
  frames: number;
}

export type Node =
  | { kind: "constant"; value: number }
  | { kind: "local"; variable: Variable; scope: Scope }
  | { kind: "free"; symbol: number; scope: Scope }
  | { kind: "set"; variable: Variable; scope: Scope; value: Node }
  | { kind: "setFree"; symbol: number; scope: Scope; value: Node }
  | { kind: "define"; symbol: number; scope: Scope; variable: Variable | undefined; value: Node; constant: boolean }
  | { kind: "if"; test: Node; then: Node; otherwise: Node }
  | { kind: "and"; parts: Node[] }
  | { kind: "or"; parts: Node[] }
  | { kind: "sequence"; body: Node[] }
  | { kind: "lambda"; procedure: Procedure }
  | { kind: "lazy"; name: number; source: number; place: number }
  | { kind: "macro"; procedure: Node; bacro: boolean }
  | { kind: "let"; scope: Scope; variables: Variable[]; values: Node[]; body: Node; sequential: boolean }
  | { kind: "loop"; loop: Loop; values: Node[]; body: Node }
  | { kind: "again"; loop: Loop; values: Node[] }
  | { kind: "withLet"; environment: Node; body: Node }
  | { kind: "call"; operator: Node; operands: Node[]; place: number };

export const constant = (value: number): Node => ({ kind: "constant", value });

/// Where an expression stands: the loops for which it is in tail position.
export interface Position {
  loops: readonly Loop[];
}

export const NOWHERE: Position = { loops: [] };
