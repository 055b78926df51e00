/// What scripts import: servers, nodes, buses, buffers, routines, definitions, rendering.
export * from "@heddle/core/client";
export { renderScore, renderScript, scoreOf, version } from "@heddle/node";
