/// Statements and function bodies of the machine's language as WebAssembly instructions.
import ts from "typescript";
import { Code } from "../../packages/core/src/wasm/encode.ts";
import { Op } from "../../packages/core/src/wasm/opcodes.ts";
import { Expressions, type Local } from "./expressions.ts";
import { kindOfType, misuse, paramsOf, resultsOf, valueTypeOf } from "./language.ts";
import type { Fn, Program } from "./program.ts";

/// What `break`, `continue` and `return` mean inside nested statements.
interface Target {
  readonly depth: number;
  readonly kind: "loop" | "break" | "switch" | "inline";
}

/// The instructions of one function.
export function translateFunction(program: Program, fn: Fn): Code {
  const code = new Code(paramsOf(fn), resultsOf(fn));
  new Statements(program, code).body(fn);
  return code;
}

class Statements extends Expressions {
  private targets: Target[] = [];

  body(fn: Fn): void {
    fn.node.parameters.forEach((p, index) => {
      this.scopes[0].set(p.name.getText(), { index, kind: fn.parameters[index] });
    });
    this.whole(fn);
  }

  private whole(fn: Fn): void {
    if (fn.node.body === undefined) throw misuse(fn.node, "a function without a body");
    this.block(fn.node.body);
    if (fn.result !== undefined) this.op("unreachable");
  }

  protected override inline(fn: Fn): void {
    const scope = new Map<string, Local>();
    const locals = fn.node.parameters.map((p, i) => {
      const local = { index: this.code.local(valueTypeOf(fn.parameters[i])), kind: fn.parameters[i] };
      scope.set(p.name.getText(), local);
      return local;
    });
    for (const { index } of locals.reverse()) this.code.set(index);
    const { scopes, targets } = this;
    this.scopes = [scope];
    this.open(Op.block, fn.result === undefined ? undefined : valueTypeOf(fn.result));
    this.targets = [{ depth: this.depth, kind: "inline" }];
    this.whole(fn);
    this.close();
    this.scopes = scopes;
    this.targets = targets;
  }

  private open(opcode: number, result?: Parameters<Code["open"]>[1]): void {
    this.code.open(opcode, result);
    this.depth++;
  }

  private close(): void {
    this.code.end();
    this.depth--;
  }

  private block(node: ts.Block | ts.CaseOrDefaultClause): void {
    this.scopes.push(new Map());
    for (const statement of node.statements) this.statement(statement);
    this.scopes.pop();
  }

  private statement(node: ts.Statement): void {
    if (ts.isBlock(node)) this.block(node);
    else if (ts.isVariableStatement(node)) this.declarations(node);
    else if (ts.isExpressionStatement(node)) this.effect(node.expression);
    else if (ts.isIfStatement(node)) this.if(node);
    else if (ts.isWhileStatement(node)) this.loop(node.expression, node.statement);
    else if (ts.isForStatement(node)) this.loop(undefined, node.statement);
    else if (ts.isSwitchStatement(node)) this.switch(node);
    else if (ts.isReturnStatement(node)) this.return(node);
    else if (ts.isBreakStatement(node)) this.jump(node, "break", "switch");
    else if (ts.isContinueStatement(node)) this.jump(node, "loop");
    else throw misuse(node, "not in the machine's language");
  }

  private declarations(node: ts.VariableStatement): void {
    for (const { name, type, initializer } of node.declarationList.declarations) {
      if (initializer === undefined) throw misuse(node, "a variable without a value");
      const kind = kindOfType(type) ?? this.kindOf(initializer);
      const index = this.code.local(valueTypeOf(kind));
      this.as(kind, initializer);
      this.scopes[this.scopes.length - 1].set(name.getText(), { index, kind });
      this.code.set(index);
    }
  }

  private if(node: ts.IfStatement): void {
    this.condition(node.expression);
    this.open(Op.if);
    this.statement(node.thenStatement);
    if (node.elseStatement !== undefined) {
      this.op("else");
      this.statement(node.elseStatement);
    }
    this.close();
  }

  private loop(test: ts.Expression | undefined, body: ts.Statement): void {
    const before = this.targets.length;
    this.open(Op.block);
    this.targets.push({ depth: this.depth, kind: "break" });
    this.open(Op.loop);
    this.targets.push({ depth: this.depth, kind: "loop" });
    if (test !== undefined) {
      this.condition(test);
      this.op("i32.eqz");
      this.code.branch(Op.br_if, 1);
    }
    this.statement(body);
    this.code.branch(Op.br, 0);
    this.close();
    this.close();
    this.targets.length = before;
  }

  private jump(node: ts.Node, ...kinds: Target["kind"][]): void {
    const target = this.targets.findLast(({ kind }) => kinds.includes(kind));
    if (target === undefined) throw misuse(node, "nowhere to go");
    this.code.branch(Op.br, this.depth - target.depth);
  }

  private return(node: ts.ReturnStatement): void {
    if (node.expression !== undefined) this.value(node.expression);
    const target = this.targets.findLast(({ kind }) => kind === "inline");
    if (target === undefined) this.op("return");
    else this.code.branch(Op.br, this.depth - target.depth);
  }

  /// A table of jumps; clauses end in a jump of their own or fall through as empty ones do.
  private switch(node: ts.SwitchStatement): void {
    const { clauses } = node.caseBlock;
    const before = this.targets.length;
    this.open(Op.block);
    this.targets.push({ depth: this.depth, kind: "switch" });
    for (let i = 0; i < clauses.length; i++) this.open(Op.block);
    const table: number[] = [];
    let fallback = clauses.length;
    clauses.forEach((clause, i) => {
      if (ts.isDefaultClause(clause)) fallback = i;
      else {
        const k = this.constant(clause.expression);
        if (k === undefined) throw misuse(clause, "not a constant");
        table[k] = i;
      }
    });
    this.value(node.expression);
    this.op("br_table");
    this.code.u32(table.length);
    for (let k = 0; k < table.length; k++) this.code.u32(table[k] ?? fallback);
    this.code.u32(fallback);
    for (const clause of clauses) {
      this.close();
      this.block(clause);
    }
    this.close();
    this.targets.length = before;
  }
}
