import fc from "fast-check";
import { expect, test } from "vitest";
import { packAudio, unpackAudio } from "./packed-audio.ts";

test("packed audio comes back bit for bit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.float32Array({ maxLength: 200 }), (channels, values) => {
      const samples = values.slice(0, values.length - (values.length % channels));
      const back = unpackAudio(packAudio(samples, channels), channels);
      expect(new Uint32Array(back.buffer)).toEqual(new Uint32Array(samples.buffer));
    }),
  );
});
