/// ALSA: the Linux kernel's sound cards, without a server between.
import { BlockingDevice, type OpenTransfer, type Transfer } from "./blocking.ts";
import { type Device, DeviceError, type DeviceWish } from "./device.ts";
import { findLibrary, type Library } from "./native.ts";

export const findAlsa = (): Library | undefined => findLibrary("libasound.so.2");

const playback = 0;
const capture = 1;
const floatLittleEndian = 14;
const interleaved = 3;
/// Periods that the card's buffer holds.
const periods = 3;

/// `name` as ALSA knows it: "default", "hw:0", "plughw:1,0".
export function openAlsa(name: string, wish: DeviceWish): Device {
  const alsa = findAlsa();
  if (!alsa) throw new DeviceError("there is no ALSA library (Debian: apt install libasound2)");
  return new BlockingDevice(`ALSA ${name || "default"}`, wish, openStreams(alsa, name || "default", wish));
}

function openStreams(alsa: Library, name: string, { outputs, inputs }: DeviceWish): OpenTransfer {
  const open = alsa.func("int snd_pcm_open(_Out_ void **pcm, const char *name, int stream, int mode)");
  const setUp = alsa.func(
    "int snd_pcm_set_params(void *pcm, int format, int access, uint channels, uint rate, int resample, uint latency)",
  );
  const text = alsa.func("str snd_strerror(int error)");
  const recover = alsa.func("int snd_pcm_recover(void *pcm, int error, int silent)");
  const close = alsa.func("int snd_pcm_close(void *pcm)");
  const write = alsa.func("long snd_pcm_writei(void *pcm, const void *frames, ulong count)");
  const read = alsa.func("long snd_pcm_readi(void *pcm, void *frames, ulong count)");
  const opened: unknown[] = [];
  let breaks = 0;
  const stream = (direction: number, channels: number, rate: number, period: number): unknown => {
    const pcm: unknown[] = [null];
    const microseconds = Math.round((1e6 * periods * period) / rate);
    let error = open(pcm, name, direction, 0);
    if (error === 0) {
      opened.push(pcm[0]);
      error = setUp(pcm[0], floatLittleEndian, interleaved, channels, rate, 1, microseconds);
    }
    if (error === 0) return pcm[0];
    for (const other of opened) close(other);
    throw new DeviceError(`ALSA cannot open "${name}" for ${channels} channels at ${rate} frames per second: ${text(error)}`);
  };
  /// Moves a whole period, mending what broke on the way.
  const whole = (move: typeof write, pcm: unknown, channels: number) => (frames: Float32Array) => {
    const count = frames.length / channels;
    for (let done = 0; done < count; ) {
      const moved = Number(move(pcm, done === 0 ? frames : frames.subarray(done * channels), count - done));
      if (moved >= 0) done += moved;
      else if (recover(pcm, moved, 1) === 0) breaks++;
      else return false;
    }
    return true;
  };
  return (rate, period): Transfer => ({
    push: outputs > 0 ? whole(write, stream(playback, outputs, rate, period), outputs) : undefined,
    pull: inputs > 0 ? whole(read, stream(capture, inputs, rate, period), inputs) : undefined,
    missed: () => {
      const counted = breaks;
      breaks = 0;
      return counted;
    },
    close: () => {
      for (const pcm of opened) close(pcm);
    },
  });
}
