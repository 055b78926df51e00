/// The global environment: a cell for each name, what the interpreter put there at first, and the features it provides.
import type { Heap } from "./heap/heap.ts";
import { intern } from "./symbols.ts";
import { isSymbol, NONE, symbolId, Type, UNBOUND } from "./words.ts";

export class Globals {
  /// Cells by symbol number.
  private readonly cells: number[] = [];
  private readonly symbols: number[] = [];
  private readonly builtinCells: number[] = [];
  private readonly initial = new Map<number, number>();
  private readonly versions = new Map<number, Map<number, number>>();
  private readonly provided = new Set<number>();

  constructor(private readonly heap: Heap) {}

  /// The cell of a name, 0 when it was never mentioned.
  existing(symbol: number): number {
    return this.cells[symbolId(symbol)] ?? 0;
  }

  /// The cell of a name; made when it is mentioned first, and never collected.
  cell(symbol: number): number {
    const id = symbolId(symbol);
    let cell = this.cells[id] ?? 0;
    if (cell === 0) {
      cell = this.heap.cell3(Type.Global, symbol, UNBOUND, NONE);
      this.heap.roots.push(cell);
      this.cells[id] = cell;
      this.symbols.push(symbol);
    }
    return cell;
  }

  /// UNBOUND when the symbol has no global value.
  value(symbol: number): number {
    if (!isSymbol(symbol)) return UNBOUND;
    const cell = this.existing(symbol);
    return cell === 0 ? UNBOUND : this.heap.w[cell + 2];
  }

  set(symbol: number, value: number): void {
    this.heap.put(this.cell(symbol) + 2, value);
  }

  each(visit: (symbol: number, value: number) => void): void {
    for (const symbol of this.symbols) {
      const value = this.value(symbol);
      if (value !== UNBOUND) visit(symbol, value);
    }
  }

  /// Adds the builtin of a definition's number, in order of the numbers.
  addBuiltin(name: string, cell: number): void {
    const symbol = intern(name);
    this.builtinCells.push(cell);
    this.set(symbol, cell);
    this.initial.set(symbol, cell);
  }

  /// Takes the present values for those that `#_name` reads as.
  settle(): void {
    this.each((symbol, value) => this.initial.set(symbol, value));
  }

  /// What `#_name` reads as: the value the interpreter started with.
  initialValue(symbol: number): number {
    return this.initial.get(symbol) ?? this.value(symbol);
  }

  builtin(definition: number): number {
    return this.builtinCells[definition];
  }

  builtinNamed(name: string): number {
    return this.initialValue(intern(name));
  }

  /// Lets calls of a library procedure with so many arguments go to another.
  specialise(name: string, count: number, version: string): void {
    const symbol = intern(name);
    const counts = this.versions.get(symbol) ?? new Map<number, number>();
    this.versions.set(symbol, counts.set(count, intern(version)));
  }

  /// A version of a library procedure for this many arguments (a symbol), 0 when there is none or the name was redefined.
  specialised(symbol: number, count: number): number {
    const version = this.versions.get(symbol)?.get(count) ?? 0;
    return version !== 0 && this.value(symbol) === this.initial.get(symbol) ? version : 0;
  }

  provide(...features: number[]): void {
    for (const feature of features) this.provided.add(feature);
    this.set(intern("*features*"), this.heap.list(...this.provided));
  }

  isProvided(feature: number): boolean {
    return this.provided.has(feature);
  }
}
