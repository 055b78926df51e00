/// PortAudio, on any system, with its blocking interface.
import { BlockingDevice, type OpenTransfer } from "./blocking.ts";
import { type Device, DeviceError, type DeviceWish } from "./device.ts";
import { findLibrary, type Library } from "./native.ts";

const libraryNames = ["libportaudio.so.2", "libportaudio.2.dylib", "libportaudio.dylib", "portaudio.dll", "portaudio_x64.dll"];
export const findPortAudio = (): Library | undefined => findLibrary(...libraryNames);

const float32 = 1;
const noFlags = 0;
/// Sound was late, which is not an error of the call.
const inputOverflowed = -9981;
const outputUnderflowed = -9980;

/// `name` is the number of a device, for input and output; empty for the defaults.
export function openPortAudio(name: string, wish: DeviceWish): Device {
  const library = findPortAudio();
  if (!library) throw new DeviceError("there is no PortAudio library (Debian: apt install libportaudio2; macOS: brew install portaudio)");
  return new BlockingDevice(`PortAudio ${name || "default"}`, wish, openStream(library, name, wish));
}

function openStream(library: Library, name: string, { outputs, inputs }: DeviceWish): OpenTransfer {
  const text = library.func("str Pa_GetErrorText(int error)");
  const check = (error: number, what: string): void => {
    if (error !== 0) throw new DeviceError(`PortAudio cannot ${what}: ${text(error)}`);
  };
  const device = (fallback: "Input" | "Output"): number =>
    name === "" ? library.func(`int Pa_GetDefault${fallback}Device()`)() : Number(name);
  return (rate, period) => {
    check(library.func("int Pa_Initialize()")(), "start");
    const open = library.func(
      "int Pa_OpenStream(_Out_ void **stream, const void *in, const void *out, double rate, ulong frames, ulong flags, void *callback, void *data)",
    );
    const latency = (2 * period) / rate;
    const pointer: unknown[] = [null];
    const input = inputs > 0 ? parameters(device("Input"), inputs, latency) : null;
    const output = outputs > 0 ? parameters(device("Output"), outputs, latency) : null;
    check(
      open(pointer, input, output, rate, period, noFlags, null, null),
      `open device "${name || "default"}" at ${rate} frames per second`,
    );
    const [stream] = pointer;
    check(library.func("int Pa_StartStream(void *stream)")(stream), "start the stream");
    const write = library.func("int Pa_WriteStream(void *stream, const void *frames, ulong count)");
    const read = library.func("int Pa_ReadStream(void *stream, void *frames, ulong count)");
    let breaks = 0;
    const moved = (error: number): boolean => {
      if (error === inputOverflowed || error === outputUnderflowed) breaks++;
      return error === 0 || error === inputOverflowed || error === outputUnderflowed;
    };
    return {
      push: output ? (frames) => moved(write(stream, frames, period)) : undefined,
      pull: input ? (frames) => moved(read(stream, frames, period)) : undefined,
      missed: () => {
        const counted = breaks;
        breaks = 0;
        return counted;
      },
      close: () => {
        library.func("int Pa_CloseStream(void *stream)")(stream);
        library.func("int Pa_Terminate()")();
      },
    };
  };
}

/// A PaStreamParameters: device, channels, format, latency in seconds, nothing.
function parameters(device: number, channels: number, latency: number): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, device, true);
  view.setInt32(4, channels, true);
  view.setUint32(8, float32, true);
  view.setFloat64(16, latency, true);
  return bytes;
}
