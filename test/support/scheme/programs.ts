/// Random programs in the language of the evaluator beside this file, as trees.
import type { Random } from "../mutate.ts";
import { list, nil, Ratio, Text, type Value } from "./evaluator.ts";

const integers = [0n, 1n, 2n, -1n, 7n, -13n, 1073741823n, -1073741824n, 1073741824n, 2147483647n, 9007199254740991n, 4611686018427387904n];
const numbers: readonly Value[] = [...integers, 0.5, -2.25, 1e10, new Ratio(1n, 3n), new Ratio(-7n, 2n)];
const anything = ["eq?", "equal?", "cons", "list", "vector", "append", "vector-ref", "assq", "memq", "string-append", "+", "<"];
const unary = ["car", "cdr", "cadr", "null?", "pair?", "not", "reverse", "list", "vector"];
const arithmetic = ["+", "-", "*", "+", "-", "*", "modulo", "quotient"];
const comparisons = ["<", ">", "<=", ">=", "="];
const quoted = (value: Value): Value => list("quote", value);

export class Programs {
  private readonly names: string[] = ["x", "y", "l"];
  /// How many expressions the present program may still contain.
  private room = 0;
  private serial = 0;

  constructor(private readonly random: Random) {}

  /// `(define (f x y l) ...)` and a call of it.
  next(size = 60): Value[] {
    this.room = size;
    this.serial = 0;
    const body = this.expression();
    return [list("define", list("f", "x", "y", "l"), body), list("f", 3n, 4n, quoted(list(5n, 6n, list("a", 1n))))];
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.random(items.length)];
  }

  private atom(): Value {
    switch (this.random(8)) {
      case 0:
      case 1:
      case 2:
        return this.pick(this.names);
      case 3:
      case 4:
        return this.pick(numbers);
      case 5:
        return this.pick<Value>([true, false, quoted(nil), quoted("a"), new Text("text")]);
      case 6:
        return quoted(list(list("a", 1n), list("b", 2n), 3n));
      default:
        return list("vector", 1n, 2n, 3n);
    }
  }

  private expression(): Value {
    if (--this.room <= 0) return this.atom();
    // Most operands are of the type that is wanted, or few programs would end in anything but an error.
    if (this.random(3) === 0) return this.number();
    return this.pick(shapes)(this);
  }

  /// Nearly always a number.
  private number(): Value {
    if (--this.room <= 0 || this.random(3) === 0) return this.random(3) === 0 ? this.pick(["x", "y"]) : this.pick(numbers);
    switch (this.random(12)) {
      case 0:
        return this.expression();
      case 1:
        return list("if", this.test(), this.number(), this.number());
      case 2:
        return list("abs", this.number());
      case 3:
        return list("car", list("cons", this.number(), this.expression()));
      case 4:
        return list("apply", "+", list("map", list("lambda", list("n"), list("*", "n", this.number())), list("list", this.number(), 2n)));
      default:
        return list(this.pick(arithmetic), this.number(), this.number());
    }
  }

  private test(): Value {
    return this.random(4) === 0 ? this.expression() : list(this.pick(comparisons), this.number(), this.number());
  }

  /// An expression in which a new name has a meaning.
  private within(name: string): Value {
    this.names.push(name);
    const body = this.expression();
    this.names.pop();
    return body;
  }

  private fresh(): string {
    return `v${this.serial++}`;
  }

  atomic = () => this.atom();
  two = () => list(this.pick(anything), this.expression(), this.expression());
  arithmetic = () => list(this.pick(arithmetic), this.number(), this.number());
  one = () => list(this.pick(unary), this.expression());
  three = () => list(this.pick(["+", "*", "-", "<", "list"]), this.number(), this.number(), this.number());
  choice = () => list("if", this.test(), this.expression(), this.expression());
  junction = () => list(this.pick(["and", "or"]), this.expression(), this.expression());
  sequence = () => list("begin", list("set!", this.pick(this.names), this.number()), this.expression());
  binding = () => {
    const name = this.fresh();
    return list(this.pick(["let", "let*"]), list(list(name, this.expression())), this.within(name));
  };
  closure = () => {
    const name = this.fresh();
    return list(list("lambda", list(name), this.within(name)), this.expression());
  };
  variadic = () => {
    const name = this.fresh();
    return list(list("lambda", name, this.within(name)), this.expression(), this.expression());
  };
  loop = () => {
    const [name, i, v] = ["loop", "i", "v"].map((prefix) => `${prefix}${this.serial++}`);
    const start = this.expression();
    this.names.push(i, v);
    const step = this.expression();
    const end = this.expression();
    this.names.length -= 2;
    const again = list(name, list("+", i, 1n), step);
    return list("let", name, list(list(i, 0n), list(v, start)), list("if", list("<", i, 4n), again, end));
  };
  recursion = () => {
    const [name, n] = ["self", "n"].map((prefix) => `${prefix}${this.serial++}`);
    const rest = this.within(n);
    const call = list(this.pick(["cons", "list"]), rest, list(name, list("-", n, 1n)));
    return list("let", name, list(list(n, 5n)), list("if", list("<=", n, 0n), this.expression(), call));
  };
  mapping = () => {
    const name = this.fresh();
    return list("map", list("lambda", list(name), this.within(name)), list("list", this.expression(), this.expression()));
  };
  applying = () => list("apply", this.pick(["+", "list", "cons"]), list("list", this.expression(), this.expression()));
  catching = () => {
    const handler = list("lambda", list("type", "info"), this.pick<Value>(["type", this.expression()]));
    return list("catch", this.pick<Value>([true, quoted("wrong-type-arg")]), list("lambda", nil, this.expression()), handler);
  };
  escaping = () => {
    const name = this.fresh();
    return list("call-with-exit", list("lambda", list(name), list("begin", list(name, this.expression()), this.expression())));
  };
  counter = () => {
    const name = this.fresh();
    const add = list("lambda", nil, list("begin", list("set!", name, list("+", name, 1n)), name));
    return list("let", list(list(name, this.number())), list("let", list(list("count", add)), list("begin", list("count"), list("count"))));
  };
  selecting = () => list("case", this.expression(), list(list(1n, "a"), this.expression()), list("else", this.expression()));
  indexing = () =>
    list(
      "let",
      list(list("seq", list(this.pick(["list", "vector"]), this.expression(), 8n))),
      list("seq", this.random(2) === 0 ? 1n : this.number()),
    );
  changing = () => {
    const v = this.fresh();
    const change = list("vector-set!", v, this.pick([0n, 1n, 2n, 3n]), this.expression());
    return list("let", list(list(v, list("vector", 1n, 2n, 3n))), list("begin", change, this.within(v)));
  };
}

const shapes: readonly ((p: Programs) => Value)[] = [
  (p) => p.atomic(),
  ...Array(3).fill((p: Programs) => p.two()),
  (p) => p.one(),
  (p) => p.arithmetic(),
  (p) => p.three(),
  (p) => p.choice(),
  (p) => p.choice(),
  (p) => p.junction(),
  (p) => p.sequence(),
  (p) => p.binding(),
  (p) => p.binding(),
  (p) => p.closure(),
  (p) => p.variadic(),
  (p) => p.loop(),
  (p) => p.loop(),
  (p) => p.recursion(),
  (p) => p.mapping(),
  (p) => p.applying(),
  (p) => p.catching(),
  (p) => p.escaping(),
  (p) => p.counter(),
  (p) => p.selecting(),
  (p) => p.indexing(),
  (p) => p.changing(),
];
