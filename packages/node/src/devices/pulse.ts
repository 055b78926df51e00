/// PulseAudio, also PipeWire's, by its simple interface.
import { BlockingDevice, type OpenTransfer } from "./blocking.ts";
import { type Device, DeviceError, type DeviceWish } from "./device.ts";
import { findLibrary, type Library } from "./native.ts";

export const findPulse = (): Library | undefined => findLibrary("libpulse-simple.so.0");

const playback = 1;
const record = 2;
const float32LittleEndian = 5;
const serversChoice = 0xffff_ffff;
/// Periods that the server holds.
const periods = 3;

/// `name` is a sink's, for the output; empty for the default.
export function openPulse(name: string, wish: DeviceWish): Device {
  const pulse = findPulse();
  if (!pulse) throw new DeviceError("there is no PulseAudio library (Debian: apt install libpulse0)");
  return new BlockingDevice(`PulseAudio ${name || "default"}`, wish, openStreams(pulse, name, wish));
}

function openStreams(pulse: Library, name: string, { outputs, inputs }: DeviceWish): OpenTransfer {
  const open = pulse.func(
    "void *pa_simple_new(const char *server, const char *name, int direction, const char *device, const char *stream, const void *format, const void *map, const void *buffer, void *error)",
  );
  const close = pulse.func("void pa_simple_free(void *stream)");
  const write = pulse.func("int pa_simple_write(void *stream, const void *data, size_t bytes, void *error)");
  const read = pulse.func("int pa_simple_read(void *stream, void *data, size_t bytes, void *error)");
  return (rate, period) => {
    const opened: unknown[] = [];
    const stream = (direction: number, channels: number): unknown => {
      const bytes = 4 * channels * period;
      // pa_sample_spec and pa_buffer_attr.
      const format = new Uint32Array([float32LittleEndian, rate, channels]);
      const buffer = new Uint32Array([serversChoice, periods * bytes, serversChoice, serversChoice, bytes]);
      const device = direction === playback && name ? name : null;
      const pointer = open(null, "heddle", direction, device, "engine", format, null, buffer, null);
      if (!pointer) {
        for (const other of opened) close(other);
        throw new DeviceError(
          `no PulseAudio server plays ${channels} channels${device ? ` on "${device}"` : ""} (pulseaudio --start, or PipeWire)`,
        );
      }
      opened.push(pointer);
      return pointer;
    };
    const out = outputs > 0 ? stream(playback, outputs) : undefined;
    const input = inputs > 0 ? stream(record, inputs) : undefined;
    return {
      push: out ? (frames) => write(out, frames, frames.byteLength, null) === 0 : undefined,
      pull: input ? (frames) => read(input, frames, frames.byteLength, null) === 0 : undefined,
      missed: () => 0,
      close: () => {
        for (const pointer of opened) close(pointer);
      },
    };
  };
}
