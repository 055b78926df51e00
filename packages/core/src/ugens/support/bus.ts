/// How units find buses: which bus a number means, where its block or value and its stamp lie.
///
/// An audio bus holds one block; its stamp is the number of the block that last wrote it. The first writer of a block overwrites, later ones add.
/// Numbers that are constants fold when a definition is compiled.
import { helper, type SystemContext } from "../../kernel/language.ts";

/// The bus to use: `wanted` if all `width` channels exist, else the one used before.
export const chooseBus = helper((wanted: number, before: number, width: number, c: SystemContext) => {
  const count = c.isAr ? c.target.audioBusCount : c.target.controlBusCount;
  return wanted >= 0 && wanted + width <= count ? wanted : before;
});

/// False when a channel would lie beyond the last bus: it is silent wherever the others play. Negative numbers only keep the bus used before.
export const busExists = helper((bus: number, c: SystemContext) => {
  const count = c.isAr ? c.target.audioBusCount : c.target.controlBusCount;
  return bus < count;
});

/// Byte address of a bus's stamp, and of its block or value.
export const stampOf = helper((bus: number, c: SystemContext) => (c.isAr ? c.target.audioStamps : c.target.controlStamps) + bus * 4);
export const dataOf = helper((bus: number, c: SystemContext) =>
  c.isAr ? c.target.audioBuses + bus * (c.target.blockSize * 4) : c.target.controlBuses + bus * 4,
);

/// The number of this block.
export const blockNow = helper((c: SystemContext) => c.loadI32(c.target.context));

/// Makes a block or value ready to be added to: the first writer of a block finds -0 everywhere, and -0 + x is x.
export const claim = helper((data: number, stamp: number, c: SystemContext) => {
  const now = c.loadI32(c.target.context);
  if (c.loadI32(stamp) !== now) {
    for (let k = 0; k < c.size; k++) c.storeF32(data + k * 4, -0);
    c.storeI32(stamp, now);
  }
});

/// Age in blocks of what a reader with feedback finds on a bus: 0 written in this block, 1 in the block before, -1 nothing to read. `fresh` says that
/// the reader found the last block's data when it was new.
export const feedbackAge = helper((stamp: number, fresh: number, c: SystemContext) => {
  const age = c.loadI32(c.target.context) - c.loadI32(stamp);
  return age === 0 ? 0 : age === 1 && fresh === 0 ? 1 : -1;
});
