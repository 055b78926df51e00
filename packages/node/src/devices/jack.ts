/// JACK, also PipeWire's. The engine's own thread is the client's process thread: the client is given a function that only pauses, and the engine waits
/// for each cycle and answers it with `jack_cycle_wait` and `jack_cycle_signal`, so that no callback ever enters JavaScript.
import { monotonic } from "../realtime/monotonic.ts";
import { type Device, DeviceError, type DeviceWish } from "./device.ts";
import { type CFunction, cLibrary, findLibrary, type Library, readStrings } from "./native.ts";

const libraryNames = ["libjack.so.0", "libjack.0.dylib", "libjack64.dll"];
const audio = "32 bit float mono audio";
const isInput = 1;
const isOutput = 2;
/// Options of `jack_client_open`.
const noStart = 1;
const serverName = 4;

export const findJack = (): Library | undefined => findLibrary(...libraryNames);

interface Port {
  readonly pointer: unknown;
  readonly name: string;
}

interface Functions {
  readonly wait: CFunction;
  readonly signal: CFunction;
  readonly buffer: CFunction;
  readonly lastFrame: CFunction;
  readonly copyOut: CFunction;
  readonly copyIn: CFunction;
  readonly deactivate: CFunction;
  readonly close: CFunction;
}

export class JackDevice implements Device {
  readonly name: string;
  readonly sampleRate: number;
  readonly period: number;
  readonly timed = true;
  private readonly client: unknown;
  private readonly functions: Functions;
  private readonly outputs: readonly Port[];
  private readonly inputs: readonly Port[];
  /// Frame in which the last cycle began, on JACK's own count, modulo 2^32; -1 before the first.
  private lastFrame = -1;
  /// A C semaphore that the client's end posts to: not 0 once the server has ended.
  private readonly ended = new Int32Array(new SharedArrayBuffer(64));
  private skipped = 0;

  /// `name` is a client's, a server and a client ("server:client"), or empty.
  constructor(name: string, wish: DeviceWish) {
    const jack = findJack();
    const libc = cLibrary();
    if (!jack || !libc) throw new DeviceError("there is no JACK library (Debian: apt install libjack-jackd2-0, or pipewire-jack)");
    const [server, client] = name.includes(":") ? name.split(":") : ["", name];
    this.client = openClient(jack, server, client || "heddle");
    this.name = `JACK ${server || (process.env.JACK_DEFAULT_SERVER ?? "default")}`;
    this.sampleRate = jack.func("uint32_t jack_get_sample_rate(void *client)")(this.client);
    this.period = jack.func("uint32_t jack_get_buffer_size(void *client)")(this.client);
    this.functions = {
      wait: jack.func("uint32_t jack_cycle_wait(void *client)"),
      signal: jack.func("void jack_cycle_signal(void *client, int status)"),
      // As a number: a pointer object for each period would be garbage.
      buffer: jack.func("int64_t jack_port_get_buffer(void *port, uint32_t frames)"),
      lastFrame: jack.func("uint32_t jack_last_frame_time(void *client)"),
      copyOut: libc.func("void memcpy(int64_t to, const void *from, int64_t bytes)"),
      copyIn: libc.func("void memcpy(void *to, int64_t from, int64_t bytes)"),
      deactivate: jack.func("int jack_deactivate(void *client)"),
      close: jack.func("int jack_client_close(void *client)"),
    };
    try {
      this.check(wish);
      const register = jack.func("void *jack_port_register(void *client, const char *name, const char *type, ulong flags, ulong size)");
      const port = (portName: string, flags: number): Port => {
        const pointer = register(this.client, portName, audio, flags, 0);
        if (!pointer) throw new DeviceError(`JACK refuses port ${portName}: it has no more`);
        return { pointer, name: portName };
      };
      this.outputs = Array.from({ length: wish.outputs }, (_, k) => port(`out_${k + 1}`, isOutput));
      this.inputs = Array.from({ length: wish.inputs }, (_, k) => port(`in_${k + 1}`, isInput));
      jack.func("int jack_set_process_thread(void *client, void *fn, void *arg)")(this.client, libc.symbol("pause", "void *"), null);
      jack.func("void jack_on_shutdown(void *client, void *fn, void *arg)")(this.client, libc.symbol("sem_post", "void *"), this.ended);
      if (jack.func("int jack_activate(void *client)")(this.client) !== 0) throw new DeviceError("JACK does not activate the client");
      this.connect(jack);
    } catch (error) {
      this.functions.close(this.client);
      throw error;
    }
  }

  wait(time: Float64Array): boolean {
    const frames = this.functions.wait(this.client);
    // Another number when the server's period has changed.
    if (frames !== this.period || this.ended[0] !== 0) return false;
    const frame = this.functions.lastFrame(this.client);
    if (this.lastFrame >= 0) this.skipped += Math.max(0, Math.round(((frame - this.lastFrame) >>> 0) / this.period) - 1);
    this.lastFrame = frame;
    time[0] = monotonic();
    return true;
  }

  missed(): number {
    const { skipped } = this;
    this.skipped = 0;
    return skipped;
  }

  read(channel: number, frame: number, into: Float32Array): void {
    const { copyIn, buffer } = this.functions;
    copyIn(into, buffer(this.inputs[channel].pointer, this.period) + frame * 4, into.length * 4);
  }

  write(channel: number, frame: number, from: Float32Array): void {
    const { copyOut, buffer } = this.functions;
    copyOut(buffer(this.outputs[channel].pointer, this.period) + frame * 4, from, from.length * 4);
  }

  finish(): void {
    this.functions.signal(this.client, 0);
  }

  close(): void {
    this.functions.deactivate(this.client);
    this.functions.close(this.client);
  }

  private check({ sampleRate, blockSize }: DeviceWish): void {
    if (sampleRate !== undefined && sampleRate !== this.sampleRate) {
      throw new DeviceError(
        `JACK runs at ${this.sampleRate} frames per second, asked for ${sampleRate}: leave the rate to JACK, or restart JACK`,
      );
    }
    if (this.period % blockSize !== 0) {
      throw new DeviceError(
        `JACK's period of ${this.period} frames is not a multiple of the engine's block of ${blockSize}: choose a block of ${this.period} (-z)`,
      );
    }
  }

  /// As scsynth: SC_JACK_DEFAULT_OUTPUTS and _INPUTS name ports, or a client whose ports are meant; without them the sound card.
  private connect(jack: Library): void {
    const connect = jack.func("int jack_connect(void *client, const char *source, const char *destination)");
    const portName = jack.func("str jack_port_name(void *port)");
    const getPorts = jack.func("void *jack_get_ports(void *client, const char *name, const char *type, ulong flags)");
    const free = jack.func("void jack_free(void *pointer)");
    const portsOf = (text: string, flags: number): string[] =>
      text.split(",").flatMap((part) => {
        if (part.includes(":") || part === "") return part === "" ? [] : [part];
        const list = getPorts(this.client, `^${part}:`, audio, flags);
        const names = readStrings(list);
        if (list) free(list);
        return names;
      });
    const { SC_JACK_DEFAULT_OUTPUTS = "system", SC_JACK_DEFAULT_INPUTS = "system" } = process.env;
    portsOf(SC_JACK_DEFAULT_OUTPUTS, isInput).forEach((to, k) => {
      if (k < this.outputs.length) connect(this.client, portName(this.outputs[k].pointer), to);
    });
    portsOf(SC_JACK_DEFAULT_INPUTS, isOutput).forEach((from, k) => {
      if (k < this.inputs.length) connect(this.client, from, portName(this.inputs[k].pointer));
    });
  }
}

function openClient(jack: Library, server: string, client: string): unknown {
  const open = jack.func("void *jack_client_open(const char *name, int options, int *status, ...)");
  const options = (process.env.JACK_START_SERVER ? 0 : noStart) | (server ? serverName : 0);
  const pointer = open(client, options, [0], ...(server ? ["str", server] : []));
  if (pointer) return pointer;
  const which = server || process.env.JACK_DEFAULT_SERVER;
  throw new DeviceError(
    `no JACK server${which ? ` "${which}"` : ""} is running (start one: jackd -d alsa, or qjackctl, or PipeWire with pipewire-jack)`,
  );
}
