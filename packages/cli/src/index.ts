/// What scripts import: unit generators and definitions, servers and what plays on them, rendering.
export * from "@heddle/core/client";
export { audio, lag, SynthDef, scalar, synthDef, trig } from "@heddle/core/synthdef";
export * from "@heddle/core/ugens";
export { renderScore, renderScript, scoreOf, version } from "@heddle/node";
