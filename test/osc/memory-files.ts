/// Files in memory for tests of commands: 100 frames of two channels at /sounds/ramp.wav, and whatever is written.
import { FileError, type ServerFiles, type SoundReader } from "@heddle/core/osc";

interface Sound {
  channels: number;
  sampleRate: number;
  samples: number[];
}

export function memoryFiles(): ServerFiles & { readonly sounds: ReadonlyMap<string, Sound> } {
  const ramp = { channels: 2, sampleRate: 44100, samples: Array.from({ length: 200 }, (_, k) => (k % 2 === 0 ? k / 200 : -k / 200)) };
  const sounds = new Map<string, Sound>([["/sounds/ramp.wav", ramp]]);
  const missing = (path: string) => new FileError("file/missing", path, "System error : No such file or directory");
  return {
    sounds,
    openSound(path): SoundReader {
      const sound = sounds.get(path);
      if (!sound) throw missing(path);
      const { channels, sampleRate, samples } = sound;
      return {
        channels,
        sampleRate,
        frames: samples.length / channels,
        read(out, frame, count) {
          const part = samples.slice(frame * channels, (frame + Math.min(count, Math.floor(out.length / channels))) * channels);
          out.set(part);
          return part.length / channels;
        },
        close: () => {},
      };
    },
    createSound(path, { header, channels, sampleRate }) {
      if (path.startsWith("/outside")) throw new FileError("file/refused", path, "access refused");
      if (header !== "wav" && header !== "aiff") throw new FileError("file/format", path, `unsupported header format "${header}"`);
      const samples: number[] = [];
      return {
        channels,
        write: (interleaved, frames) => void samples.push(...interleaved.subarray(0, frames * channels)),
        close: () => void sounds.set(path, { channels, sampleRate, samples }),
        abort: () => {},
      };
    },
    readBytes(path) {
      throw missing(path);
    },
    list(path) {
      if (path.startsWith("/defs")) return [];
      throw missing(path);
    },
  };
}
