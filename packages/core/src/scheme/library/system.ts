/// The collector, features, files and time.
import { type Definition, def } from "../definition.ts";
import type { Interpreter } from "../interpreter.ts";
import { traceOf } from "../machine/trace.ts";
import { bool, FALSE, NIL, NONE, TRUE, UNSPECIFIED } from "../words.ts";
import { needReal, needSymbol } from "./arguments.ts";

/// Collects now if a cycle may start here, that is in an event of its own; otherwise at its end.
function collect(s: Interpreter): void {
  s.machine.collect();
}

function gc(s: Interpreter, a: number): number {
  if (a === FALSE) {
    s.heap.collector.enabled = false;
    return FALSE;
  }
  if (a === TRUE) {
    s.heap.collector.enabled = true;
    return TRUE;
  }
  collect(s);
  return UNSPECIFIED;
}

export const system: Definition[] = [
  def("gc", [0, 1], "Collects; with #f or #t, switches the collector off or on.", "(gc #t) => #t", gc),
  def("gc-run", [0, 0], "Collects now, whether the collector is on or not.", "(gc-run) => #<unspecified>", (s) => {
    const { enabled } = s.heap.collector;
    s.heap.collector.enabled = true;
    collect(s);
    s.heap.collector.enabled = enabled;
    return UNSPECIFIED;
  }),
  def("gc-try", [0, 0], "Collects now if the collector is on; returns whether it is.", "(gc-try) => #t", (s) => {
    if (s.heap.collector.enabled) collect(s);
    return bool(s.heap.collector.enabled);
  }),
  def("gc-enable", [0, 0], "Switches the collector on.", "(begin (gc-enable) (gc-enabled?)) => #t", (s) => {
    s.heap.collector.enabled = true;
    return TRUE;
  }),
  def(
    "gc-disable",
    [0, 0],
    "Switches the collector off: the heap grows, up to its limit.",
    "(begin (gc-disable) (let ((e (gc-enabled?))) (gc-enable) e)) => #f",
    (s) => {
      s.heap.collector.enabled = false;
      return FALSE;
    },
  ),
  def("gc-enabled?", [0, 0], "Whether the collector is on.", "(gc-enabled?) => #t", (s) => bool(s.heap.collector.enabled)),
  def("gc-ms-set!", [1, 1], "Milliseconds between collections that the host starts; 0 for none.", "(gc-ms-set! 0) => 0", (s, a) => {
    s.gcInterval = Math.max(0, needReal(s, a, 1));
    return a;
  }),
  def(
    "gc-start",
    [0, 0],
    "Starts the collection timer and switches automatic collection off.",
    "(begin (gc-start) (gc-stop)) => #t",
    (s) => {
      s.heap.collector.enabled = false;
      s.gcTimer = true;
      return TRUE;
    },
  ),
  def("gc-stop", [0, 0], "Stops the collection timer and switches automatic collection on.", "(gc-stop) => #t", (s) => {
    s.heap.collector.enabled = true;
    s.gcTimer = false;
    return TRUE;
  }),
  def("provide", [1, 1], "Adds a feature.", "(provide 'my-feature) => my-feature", (s, a) => {
    s.globals.provide(needSymbol(s, a, 1));
    return a;
  }),
  def("provided?", [1, 1], "Whether a feature is there.", "(provided? 's7) => #t", (s, a) =>
    bool(s.globals.isProvided(needSymbol(s, a, 1))),
  ),
  def("exit", [0, 1], "Ends the program.", "", (s, a) => {
    throw s.exitRequest(a === NONE || a === TRUE ? 0 : a === FALSE ? 1 : (a & 1) !== 0 ? a >> 1 : 1);
  }),
  def("emergency-exit", [0, 1], "Ends the program.", "", (s, a) => {
    throw s.exitRequest(a === NONE || a === TRUE ? 0 : a === FALSE ? 1 : (a & 1) !== 0 ? a >> 1 : 1);
  }),
  def("current-time-ms", [0, 0], "Milliseconds since an arbitrary moment.", "(real? (current-time-ms)) => #t", (s) =>
    s.heap.float(s.now()),
  ),
  def("stacktrace", [0, -1], "The procedures that are running, innermost first.", "(string? (stacktrace)) => #t", (s) =>
    s.string(traceOf(s).join("\n")),
  ),
  def("{file-number}", [1, 1], "", "", (s, a) => {
    s.setFile(s.text(a));
    return UNSPECIFIED;
  }),
  def("{eval-in}", [2, 2], "", "", (s, a, b, _c, _n, at) => s.machine.tail(at, s.compile(a, b === NIL || b === FALSE ? NIL : b)), {
    control: true,
  }),
];
