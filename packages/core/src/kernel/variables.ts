/// Names inside a kernel: scopes, constants, and variables whose type grows to the widest thing assigned.

import { constant } from "./build.ts";
import type { Type } from "./ir.ts";
import { Numbers } from "./numbers.ts";
import type { AnyNode, Pattern } from "./parse.ts";
import { describe, join, type Value, type Variable } from "./values.ts";

type Binding = { readonly value: Value } | { readonly variable: Variable; readonly key: string };

export class Scope {
  private readonly names = new Map<string, Binding>();
  constructor(private readonly parent?: Scope) {}
  find(name: string): Binding | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }
  add(name: string, binding: Binding): void {
    this.names.set(name, binding);
  }
  visible(): string[] {
    return [...this.names.keys(), ...(this.parent?.visible() ?? [])];
  }
}

export abstract class Variables extends Numbers {
  protected scope = new Scope();
  /// Where the walk is, through inlined functions and unrolled loops: tells variables of one name apart.
  protected path = "";

  abstract member(object: Value, name: string, node: AnyNode): Value;

  protected bind(pattern: Pattern, value: Value): void {
    if (pattern.type === "Identifier") {
      if (this.at.assigned.has(pattern.name)) this.declare(pattern, value);
      else this.scope.add(pattern.name, { value: value.k === "num" ? this.builder.keep(value, pattern.name) : value });
      return;
    }
    if (pattern.type === "ObjectPattern") {
      for (const property of pattern.properties) {
        if (property.type !== "Property" || property.computed || property.key.type !== "Identifier")
          this.fail(property, "kernel-pattern", "only plain names can be taken out of an object: { a, b: c }");
        this.bind(property.value, this.member(value, property.key.name, property));
      }
      return;
    }
    if (pattern.type === "ArrayPattern" && value.k === "list") {
      pattern.elements.forEach((element, i) => {
        if (element)
          this.bind(element, value.items[i] ?? this.fail(element, "kernel-pattern", `there are only ${value.items.length} items`));
      });
      return;
    }
    this.fail(pattern, "kernel-pattern", "parameters are plain names or { names }");
  }

  /// A variable that is assigned later: its type is the join of everything assigned to it, found over repeated walks.
  protected declare(id: AnyNode & { type: "Identifier" }, value: Value): void {
    const key = `${this.path}/${this.at.owner}:${id.start}`;
    if (value.k !== "num" && value.k !== "lit" && value.k !== "nothing" && value.k !== "glide") {
      this.fail(id, "kernel-variable", `${id.name} is ${describe(value)} and cannot be assigned again; only numbers can`);
    }
    const variable = this.variable(key, id.name, value.k === "nothing" ? "i32" : this.typeOf(value, id));
    this.scope.add(id.name, { variable, key });
    this.builder.emit({
      op: "set",
      local: variable.local,
      value: value.k === "nothing" ? constant(variable.local.type, 0) : this.as(value, variable.local.type, id),
    });
  }

  protected variable(key: string, name: string, first: Type): Variable {
    const known = this.types.get(key);
    const type = known === undefined ? first : join(known, first);
    this.types.set(key, type);
    return { local: { name, type }, level: this.builder.inTick ? 2 : 1 };
  }

  protected assignVariable(key: string, variable: Variable, value: Value, node: AnyNode): void {
    const wanted = join(variable.local.type, this.typeOf(value, node, variable.local.type));
    if (wanted !== variable.local.type) {
      this.types.set(key, wanted);
      this.widened.value = true;
    }
    this.builder.emit({ op: "set", local: variable.local, value: this.as(value, variable.local.type, node) });
  }

  protected inScope<T>(body: () => T): T {
    const outer = this.scope;
    this.scope = new Scope(outer);
    try {
      return body();
    } finally {
      this.scope = outer;
    }
  }
}
