/// The virtual machine's loop: one function over the words of memory, calling the host for everything that is not hot.
///
/// This file is the reference, and the source: `scripts/scheme-machine` translates it to WebAssembly (`loop.wasm.ts`). For that it keeps to
/// the small language of `scripts/scheme-machine/language.ts`: numbers are 32-bit integers unless made by `f64`, `W` and `F` are the memory, helpers
/// are functions of this closure, and each case of the switch ends in `continue`, `return` or (to call what is in the accumulator) `break`.
///
/// Stack frame, from low to high: saved environment, return address, distance to the caller's frame, callee | arguments, variables, temporaries.
/// Addresses and distances are kept as fixnums so that every word on the stack is a value.
import { APPLY, FALSE, Flag, HEADER, MANY, NIL, NONE, OMITTED, Reg, Type, UNBOUND } from "../words.ts";
import { makeArithmetic } from "./arithmetic.ts";
import { makeData } from "./data.ts";
import type { address } from "./language.ts";
import { Op } from "./ops.ts";
import { type LoopHost, Slow } from "./services.ts";

const FIX_ONE = 1;

export function makeLoop(W: Int32Array, F: Float64Array, host: LoopHost): () => number {
  const data = makeData(W, F, host);
  const { save, cell, cons, put, isPair, car, cdr, assq, memq, vectorRef, makeFrame, collectRest } = data;
  const { add, subtract, multiply, modulo, less, greater, lessEqual, greaterEqual, equal } = makeArithmetic(W, F, host, data);

  function run(): number {
    let pc: address = W[Reg.Pc];
    let sp: address = W[Reg.Sp];
    let fp: address = W[Reg.Fp];
    let env = W[Reg.Env];
    let acc = W[Reg.Acc];
    let n = 0;
    let a = 0;
    let b = 0;
    let from: address = 0;
    let to: address = 0;
    for (;;) {
      switch (W[pc]) {
        case Op.Halt:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          return acc;
        case Op.Constant:
          acc = W[pc + 1];
          pc = pc + 2;
          continue;
        case Op.Local:
          acc = W[fp + W[pc + 1]];
          pc = pc + 2;
          continue;
        case Op.Global:
          acc = W[W[pc + 1] + 2];
          if (acc === UNBOUND) {
            save(pc, sp, fp);
            acc = host.global(W[pc + 1]);
          }
          pc = pc + 2;
          continue;
        case Op.Env0:
          acc = W[env + 2 + W[pc + 1]];
          pc = pc + 2;
          continue;
        case Op.Env1:
          acc = W[W[env + 1] + 2 + W[pc + 1]];
          pc = pc + 2;
          continue;
        case Op.Env:
          a = W[pc + 1];
          b = env;
          while (a > 0) {
            b = W[b + 1];
            a = a - 1;
          }
          acc = W[b + 2 + W[pc + 2]];
          pc = pc + 3;
          continue;
        case Op.Dynamic:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.lookup(W[pc + 1]);
          pc = pc + 2;
          continue;
        case Op.Push:
          W[sp] = acc;
          sp = sp + 1;
          pc = pc + 1;
          continue;
        case Op.PushConstant:
          W[sp] = W[pc + 1];
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushLocal:
          W[sp] = W[fp + W[pc + 1]];
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushGlobal:
          a = W[W[pc + 1] + 2];
          if (a === UNBOUND) {
            save(pc, sp, fp);
            a = host.global(W[pc + 1]);
          }
          W[sp] = a;
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushEnv0:
          W[sp] = W[env + 2 + W[pc + 1]];
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushEnv1:
          W[sp] = W[W[env + 1] + 2 + W[pc + 1]];
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushResult:
          if (acc === MANY) {
            a = cell();
            W[a] = Type.Values;
            W[a + 1] = W[Reg.Values];
            W[a + 2] = NONE;
            W[a + 3] = NONE;
            acc = a;
            W[Reg.Pending] = W[Reg.Pending] + 1;
          }
          W[sp] = acc;
          sp = sp + 1;
          pc = pc + 1;
          continue;
        case Op.SetLocal:
          W[fp + W[pc + 1]] = acc;
          pc = pc + 2;
          continue;
        case Op.SetGlobal:
          a = W[pc + 1];
          if (W[a + 3] === NONE && W[a + 2] !== UNBOUND) put(a + 2, acc);
          else {
            save(pc, sp, fp);
            acc = host.setGlobal(a, acc);
          }
          pc = pc + 2;
          continue;
        case Op.SetEnv:
          a = W[pc + 1];
          b = env;
          while (a > 0) {
            b = W[b + 1];
            a = a - 1;
          }
          put(b + 2 + W[pc + 2], acc);
          pc = pc + 3;
          continue;
        case Op.SetDynamic:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.setDynamic(W[pc + 1], acc);
          pc = pc + 2;
          continue;
        case Op.DefineGlobal:
          save(pc, sp, fp);
          host.defineGlobal(W[pc + 1], acc, W[pc + 2]);
          pc = pc + 3;
          continue;
        case Op.DefineDynamic:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          host.defineDynamic(W[pc + 1], acc);
          pc = pc + 2;
          continue;
        case Op.Jump:
          pc = pc + 1 + W[pc + 1];
          continue;
        case Op.JumpFalse:
          pc = acc === FALSE ? pc + 1 + W[pc + 1] : pc + 2;
          continue;
        case Op.JumpTrue:
          pc = acc !== FALSE ? pc + 1 + W[pc + 1] : pc + 2;
          continue;
        case Op.JumpGiven:
          pc = W[fp + W[pc + 1]] !== OMITTED ? pc + 2 + W[pc + 2] : pc + 3;
          continue;
        case Op.Frame:
          W[sp] = env;
          W[sp + 1] = ((pc + 1 + W[pc + 1]) << 1) | 1;
          W[sp + 2] = ((sp + HEADER - fp) << 1) | 1;
          W[sp + 3] = NIL;
          sp = sp + HEADER;
          pc = pc + 2;
          continue;
        case Op.Call:
          n = W[pc + 1];
          break;
        case Op.CallLocal:
          acc = W[fp + W[pc + 1]];
          n = W[pc + 2];
          break;
        case Op.CallGlobal:
          n = W[pc + 2];
          acc = W[W[pc + 1] + 2];
          if (acc === UNBOUND) {
            save(pc, sp, fp);
            acc = host.global(W[pc + 1]);
          }
          break;
        case Op.TailCall:
        case Op.TailCallGlobal:
          if (W[pc] === Op.TailCall) n = W[pc + 1];
          else {
            n = W[pc + 2];
            acc = W[W[pc + 1] + 2];
            if (acc === UNBOUND) {
              save(pc, sp, fp);
              acc = host.global(W[pc + 1]);
            }
          }
          W[Reg.Pc] = pc;
          from = sp - n;
          to = fp;
          sp = fp + n;
          while (to < sp) {
            W[to] = W[from];
            from = from + 1;
            to = to + 1;
          }
          break;
        case Op.Return:
          sp = fp - HEADER;
          env = W[sp];
          pc = W[sp + 1] >> 1;
          fp = fp - (W[sp + 2] >> 1);
          continue;
        case Op.Drop:
          sp = sp - W[pc + 1];
          pc = pc + 2;
          continue;
        case Op.Closure:
          acc = cell();
          W[acc] = Type.Closure;
          W[acc + 1] = W[pc + 1];
          W[acc + 2] = env;
          W[acc + 3] = NONE;
          pc = pc + 2;
          continue;
        case Op.MakeMacro:
          acc = host.makeMacro(acc, W[pc + 1]);
          pc = pc + 2;
          continue;
        case Op.MakeFrame:
          env = makeFrame(pc, fp, env);
          pc = pc + 3 + W[pc + 2];
          continue;
        case Op.MakeLet:
          W[Reg.Env] = env;
          env = host.makeLet(pc + 1, fp);
          pc = pc + 2 + W[pc + 1] * 2;
          continue;
        case Op.PopFrame:
          a = W[pc + 1];
          while (a > 0) {
            env = W[env + 1];
            a = a - 1;
          }
          pc = pc + 2;
          continue;
        case Op.SaveEnv:
          W[sp] = env;
          sp = sp + 1;
          pc = pc + 1;
          continue;
        case Op.EnterLet:
          save(pc, sp, fp);
          env = host.enterLet(acc);
          pc = pc + 1;
          continue;
        case Op.RestoreEnv:
          sp = sp - 1;
          env = W[sp];
          pc = pc + 1;
          continue;
        case Op.LoopTo:
          n = W[pc + 2];
          from = sp - n;
          to = fp + W[pc + 1];
          sp = to + n;
          while (to < sp) {
            W[to] = W[from];
            from = from + 1;
            to = to + 1;
          }
          pc = pc + 3 + W[pc + 3];
          W[Reg.Fuel] = W[Reg.Fuel] - 1;
          if (W[Reg.Fuel] < 0) {
            save(pc, sp, fp);
            W[Reg.Env] = env;
            host.poll();
          }
          continue;
        case Op.LoopSet:
          W[fp + W[pc + 1]] = acc;
          sp = fp + W[pc + 2];
          pc = pc + 3 + W[pc + 3];
          W[Reg.Fuel] = W[Reg.Fuel] - 1;
          if (W[Reg.Fuel] < 0) {
            save(pc, sp, fp);
            W[Reg.Env] = env;
            host.poll();
          }
          continue;
        case Op.LoopJump:
          sp = fp + W[pc + 1];
          pc = pc + 2 + W[pc + 2];
          W[Reg.Fuel] = W[Reg.Fuel] - 1;
          if (W[Reg.Fuel] < 0) {
            save(pc, sp, fp);
            W[Reg.Env] = env;
            host.poll();
          }
          continue;
        case Op.Prim1:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.prim(W[pc + 1], 1, acc, NONE, NONE);
          pc = pc + 2;
          continue;
        case Op.Prim2:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.prim(W[pc + 1], 2, W[sp - 1], acc, NONE);
          sp = sp - 1;
          pc = pc + 2;
          continue;
        case Op.Assq:
        case Op.Memq:
          a = NONE;
          if (acc !== MANY && W[Reg.Pending] === 0) {
            if (W[pc] === Op.Assq) a = assq(W[sp - 1], acc);
            else a = memq(W[sp - 1], acc);
          }
          if (a === NONE) {
            save(pc, sp, fp);
            W[Reg.Env] = env;
            a = host.prim(W[pc + 1], 2, W[sp - 1], acc, NONE);
          }
          acc = a;
          sp = sp - 1;
          pc = pc + 2;
          continue;
        case Op.Prim3:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.prim(W[pc + 1], 3, W[sp - 2], W[sp - 1], acc);
          sp = sp - 2;
          pc = pc + 2;
          continue;
        case Op.PrimN:
          n = W[pc + 2];
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.prim(W[pc + 1], n, W[sp - n], W[sp - n + 1], W[sp - n + 2]);
          sp = sp - n;
          pc = pc + 3;
          continue;
        case Op.PushCarLocal:
          W[sp] = car(W[fp + W[pc + 1]], pc, sp, fp);
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushCdrLocal:
          W[sp] = cdr(W[fp + W[pc + 1]], pc, sp, fp);
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushAddLocalConstant:
          W[sp] = add(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp);
          sp = sp + 1;
          pc = pc + 3;
          continue;
        case Op.PushSubtractLocalConstant:
          W[sp] = subtract(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp);
          sp = sp + 1;
          pc = pc + 3;
          continue;
        case Op.Car:
          acc = car(acc, pc, sp, fp);
          pc = pc + 1;
          continue;
        case Op.Cdr:
          acc = cdr(acc, pc, sp, fp);
          pc = pc + 1;
          continue;
        case Op.Cadr:
          if (isPair(acc) !== 0 && isPair(W[acc + 2]) !== 0) acc = W[W[acc + 2] + 1];
          else {
            save(pc, sp, fp);
            acc = host.unary(Slow.Cadr, acc);
          }
          pc = pc + 1;
          continue;
        case Op.Cddr:
          if (isPair(acc) !== 0 && isPair(W[acc + 2]) !== 0) acc = W[W[acc + 2] + 2];
          else {
            save(pc, sp, fp);
            acc = host.unary(Slow.Cddr, acc);
          }
          pc = pc + 1;
          continue;
        case Op.CarLocal:
          acc = car(W[fp + W[pc + 1]], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.CdrLocal:
          acc = cdr(W[fp + W[pc + 1]], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.Cons:
          sp = sp - 1;
          if (acc === MANY || W[Reg.Pending] > 0) {
            save(pc, sp + 1, fp);
            acc = host.binary(Slow.Cons, W[sp], acc);
          } else acc = cons(W[sp], acc);
          pc = pc + 1;
          continue;
        case Op.ConsLocal:
          if (acc === MANY) {
            save(pc, sp, fp);
            acc = host.binary(Slow.Cons, W[fp + W[pc + 1]], acc);
          } else acc = cons(W[fp + W[pc + 1]], acc);
          pc = pc + 2;
          continue;
        case Op.VectorRef:
          acc = vectorRef(W[sp - 1], acc, pc, sp, fp);
          sp = sp - 1;
          pc = pc + 1;
          continue;
        case Op.VectorRefLocal:
          acc = vectorRef(W[fp + W[pc + 1]], acc, pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.VectorSet:
          a = W[sp - 2];
          b = W[sp - 1];
          if ((a & 3) === 0 && (b & 1) !== 0 && W[a] === Type.Vector && W[a + 2] === NONE && b >= FIX_ONE && b < W[a + 1] && acc !== MANY) {
            put((W[a + 3] >> 1) + (b >> 1), acc);
          } else {
            save(pc, sp, fp);
            acc = host.prim(W[pc + 1], 3, a, b, acc);
          }
          sp = sp - 2;
          pc = pc + 2;
          continue;
        case Op.Add:
          acc = add(W[sp - 1], acc, pc, sp, fp);
          sp = sp - 1;
          pc = pc + 1;
          continue;
        case Op.AddLocals:
          acc = add(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.AddLocalConstant:
          acc = add(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.AddConstant:
          acc = add(acc, W[pc + 1], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.AddLocal:
          acc = add(W[fp + W[pc + 1]], acc, pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.AddSecond:
          acc = add(acc, W[fp + W[pc + 1]], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.Subtract:
          acc = subtract(W[sp - 1], acc, pc, sp, fp);
          sp = sp - 1;
          pc = pc + 1;
          continue;
        case Op.SubtractLocals:
          acc = subtract(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.SubtractLocalConstant:
          acc = subtract(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.SubtractConstant:
          acc = subtract(acc, W[pc + 1], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.SubtractLocal:
          acc = subtract(W[fp + W[pc + 1]], acc, pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.SubtractSecond:
          acc = subtract(acc, W[fp + W[pc + 1]], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.Multiply:
          acc = multiply(W[sp - 1], acc, pc, sp, fp);
          sp = sp - 1;
          pc = pc + 1;
          continue;
        case Op.MultiplyLocals:
          acc = multiply(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.MultiplyConstant:
          acc = multiply(acc, W[pc + 1], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.MultiplyLocal:
          acc = multiply(W[fp + W[pc + 1]], acc, pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.Modulo:
          acc = modulo(W[sp - 1], acc, pc, sp, fp);
          sp = sp - 1;
          pc = pc + 1;
          continue;
        case Op.ModuloLocals:
          acc = modulo(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.ModuloConstant:
          acc = modulo(acc, W[pc + 1], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.ModuloLocal:
          acc = modulo(W[fp + W[pc + 1]], acc, pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.UnlessLess:
          sp = sp - 1;
          pc = less(W[sp], acc, pc, sp + 1, fp) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessLessLocals:
          pc = less(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessLessLocalConstant:
          pc = less(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessLessConstant:
          pc = less(acc, W[pc + 1], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessLessLocal:
          pc = less(W[fp + W[pc + 1]], acc, pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessLessSecond:
          pc = less(acc, W[fp + W[pc + 1]], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreater:
          sp = sp - 1;
          pc = greater(W[sp], acc, pc, sp + 1, fp) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessGreaterLocals:
          pc = greater(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessGreaterLocalConstant:
          pc = greater(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessGreaterConstant:
          pc = greater(acc, W[pc + 1], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreaterLocal:
          pc = greater(W[fp + W[pc + 1]], acc, pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreaterSecond:
          pc = greater(acc, W[fp + W[pc + 1]], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessLessEqual:
          sp = sp - 1;
          pc = lessEqual(W[sp], acc, pc, sp + 1, fp) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessLessEqualLocals:
          pc = lessEqual(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessLessEqualLocalConstant:
          pc = lessEqual(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessLessEqualConstant:
          pc = lessEqual(acc, W[pc + 1], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessLessEqualLocal:
          pc = lessEqual(W[fp + W[pc + 1]], acc, pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessLessEqualSecond:
          pc = lessEqual(acc, W[fp + W[pc + 1]], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreaterEqual:
          sp = sp - 1;
          pc = greaterEqual(W[sp], acc, pc, sp + 1, fp) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessGreaterEqualLocals:
          pc = greaterEqual(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessGreaterEqualLocalConstant:
          pc = greaterEqual(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessGreaterEqualConstant:
          pc = greaterEqual(acc, W[pc + 1], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreaterEqualLocal:
          pc = greaterEqual(W[fp + W[pc + 1]], acc, pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreaterEqualSecond:
          pc = greaterEqual(acc, W[fp + W[pc + 1]], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessEqual:
          sp = sp - 1;
          pc = equal(W[sp], acc, pc, sp + 1, fp) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessEqualLocals:
          pc = equal(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessEqualLocalConstant:
          pc = equal(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessEqualConstant:
          pc = equal(acc, W[pc + 1], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessEqualLocal:
          pc = equal(W[fp + W[pc + 1]], acc, pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessEqualSecond:
          pc = equal(acc, W[fp + W[pc + 1]], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessEq:
          sp = sp - 1;
          pc = W[sp] === acc ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessEqConstant:
          pc = acc === W[pc + 1] ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessEqLocalConstant:
          pc = W[fp + W[pc + 1]] === W[pc + 2] ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessEqLocal:
          pc = W[fp + W[pc + 1]] === acc ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessNull:
          pc = acc === NIL ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessNullLocal:
          pc = W[fp + W[pc + 1]] === NIL ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessPair:
          pc = isPair(acc) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessPairLocal:
          pc = isPair(W[fp + W[pc + 1]]) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.WhenNullLocal:
          pc = W[fp + W[pc + 1]] !== NIL ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.WhenNull:
          pc = acc !== NIL ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.WhenPair:
          pc = isPair(acc) === 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.WhenEqConstant:
          pc = acc !== W[pc + 1] ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.WhenEqLocalConstant:
          pc = W[fp + W[pc + 1]] !== W[pc + 2] ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.CatchReturn:
        case Op.ExitReturn:
        case Op.OutputReturn:
          acc = host.leave(W[pc], fp, acc);
          sp = fp - HEADER;
          env = W[sp];
          pc = W[sp + 1] >> 1;
          fp = fp - (W[sp + 2] >> 1);
          continue;
        case Op.Unwound:
          save(pc, sp, fp);
          n = host.unwound(fp, acc);
          sp = W[Reg.Sp];
          fp = W[Reg.Fp];
          env = W[Reg.Env];
          acc = W[Reg.Callee];
          break;
        default:
          // Op.Evaluate: the accumulator is a procedure without parameters.
          W[sp] = env;
          W[sp + 1] = ((pc + 1) << 1) | 1;
          W[sp + 2] = ((sp + HEADER - fp) << 1) | 1;
          W[sp + 3] = NIL;
          sp = sp + HEADER;
          n = 0;
          break;
      }
      // The accumulator is to be called with the n values on top of the stack.
      for (;;) {
        if (W[Reg.Pending] > 0) {
          save(pc, sp, fp);
          W[Reg.Acc] = acc;
          n = host.spread(n);
          sp = W[Reg.Sp];
        }
        if ((acc & 3) === 0 && (W[acc] & 255) === Type.Closure) {
          a = W[acc + 1];
          if (W[a] !== (Type.Code | (n << 12))) {
            if ((W[a] & 0xfff) === (Type.Code | Flag.Rest) && n >= W[a] >>> 12) {
              b = W[a] >>> 12;
              W[sp - n + b] = collectRest(sp, n, b);
              sp = sp - n + b + 1;
              n = b + 1;
            } else {
              save(pc, sp, fp);
              n = host.enter(acc, n);
              sp = W[Reg.Sp];
              a = W[acc + 1];
            }
          }
          fp = sp - n;
          W[fp - 1] = acc;
          env = W[acc + 2];
          pc = a + 4;
          W[Reg.Fuel] = W[Reg.Fuel] - 1;
          if (W[Reg.Fuel] < 0 || sp > W[Reg.StackLimit]) {
            save(pc, sp, fp);
            W[Reg.Env] = env;
            W[Reg.Acc] = acc;
            host.poll();
          }
          break;
        }
        save(pc, sp, sp - n);
        W[Reg.Env] = W[sp - n - HEADER];
        acc = host.apply(acc, n);
        if (acc !== APPLY) {
          sp = sp - n - HEADER;
          env = W[sp];
          pc = W[sp + 1] >> 1;
          fp = sp + HEADER - (W[sp + 2] >> 1);
          break;
        }
        sp = W[Reg.Sp];
        acc = W[Reg.Callee];
        n = W[Reg.Acc];
      }
    }
  }

  return run;
}
