/// Units whose audio-rate output depends, by SuperCollider's definition of them, on where blocks begin; each with the reason.
const windowed = "the window goes on from its rounded value at the block's start";

export const blockwiseUnits: ReadonlyMap<string, string> = new Map([
  ["APF", "it alternates between three forms, counted from the block's first sample"],
  ["Compander", "its gain moves to a new value over the length of a block"],
  ["DelTapRd", "what DelTapWr wrote in this block is read from the block's start"],
  ["GVerb", "its levels move to new values over the length of a block"],
  ["GrainBuf", windowed],
  ["GrainFM", windowed],
  ["GrainSin", windowed],
  ["TGrains", windowed],
  ["IFFT", "a frame is heard from the start of the block in which it arrives"],
  ["Pulse", "a new width is reached over the length of a block"],
  ["TExpRand", "an edge is one from the last sample of the block before to a sample of this one"],
  ["TIRand", "an edge is one from the last sample of the block before to a sample of this one"],
]);
