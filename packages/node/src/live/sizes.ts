/// Sizes of a server nobody said anything about: what sclang asks scsynth for.
import type { ServerSizes } from "@heddle/core/client";

export const defaultSizes: ServerSizes = {
  sampleRate: 48000,
  blockSize: 64,
  outputs: 2,
  inputs: 2,
  audioBuses: 1024,
  controlBuses: 16384,
  buffers: 1024,
};
