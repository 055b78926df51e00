/// Why some unit generators take longer than scsynth's.
import type { UGen } from "../packages/core/src/ugens/index.ts";

const reasons: Readonly<Record<string, string>> = {
  Convolution3: "-",
};

/// The reason, or that none is known.
export const slowerBecause = ({ name }: UGen): string => reasons[name] ?? "not known";
