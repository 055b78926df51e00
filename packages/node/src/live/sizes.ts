/// Sizes of a server nobody said anything about: what sclang asks scsynth for.
import type { ServerSizes } from "@heddle/core/client";

const defaultSizes: ServerSizes = {
  sampleRate: 48000,
  blockSize: 64,
  outputs: 2,
  inputs: 2,
  audioBuses: 1024,
  controlBuses: 16384,
  buffers: 1024,
};

/// The sizes among `options`; the others are the default ones.
export function sizesOf(options: Partial<ServerSizes>): ServerSizes {
  const sizes = { ...defaultSizes } as Record<keyof ServerSizes, number>;
  for (const name of Object.keys(defaultSizes) as (keyof ServerSizes)[]) sizes[name] = options[name] ?? sizes[name];
  return sizes;
}
