/// Symbols that the interpreter itself looks for.
import { intern } from "./symbols.ts";

const all = (names: string) => new Set(names.split(" ").map(intern));

export class Symbols {
  readonly quote = intern("quote");
  readonly begin = intern("begin");
  readonly lambda = intern("lambda");
  readonly lambdaStar = intern("lambda*");
  readonly allowOtherKeys = intern(":allow-other-keys");
  readonly restKeyword = intern(":rest");
  readonly length = intern("length");
  readonly copy = intern("copy");
  readonly makeIterator = intern("make-iterator");
  readonly withPort = intern("{with-port}");
  readonly setter = intern("setter");
  readonly letSetFallback = intern("let-set-fallback");
  readonly objectToString = intern("object->string");
  readonly macroMakers = all("macro macro* bacro bacro*");
  readonly definers = all(
    "define define* define-constant define-macro define-macro* define-bacro define-bacro* define-expansion define-expansion*",
  );
  /// Builtins that read the environment of their caller.
  readonly reifying = all("curlet eval eval-string symbol->value symbol->dynamic-value defined? load varlet cutlet setter");
}
