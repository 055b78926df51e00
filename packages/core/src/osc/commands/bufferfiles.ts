/// Commands that move sound between sample buffers and files.
import type { OscArguments } from "../arguments.ts";
import type { BesideContext, BesideHandler, CommandTable, Failure } from "./command.ts";
import { FileError, type SoundReader } from "./files.ts";

/// Frames moved at a time.
const chunkFrames = 1 << 14;

/// Runs `action` with the file open, and closes it unless `keep` was called; says what is wrong with the file in scsynth's words.
function withSound(
  context: BesideContext,
  path: string,
  buffer: number,
  action: (reader: SoundReader, keep: () => void) => string | null | Failure,
): string | null | Failure {
  let reader: SoundReader | undefined;
  let kept = false;
  try {
    reader = context.files.openSound(path);
    return action(reader, () => {
      kept = true;
    });
  } catch (error) {
    return couldNotOpen(path, buffer, error);
  } finally {
    if (!kept) reader?.close();
  }
}

function couldNotOpen(path: string, buffer: number, error: unknown): Failure {
  if (!(error instanceof FileError)) throw error;
  return { text: `File '${path}' could not be opened: ${error.message}.\n`, id: buffer };
}

/// The channels that the rest of a message lists; undefined when one does not exist.
function readChannels(args: OscArguments, reader: SoundReader): number[] | undefined {
  const channels: number[] = [];
  while (args.left > 0 && args.type !== "b") channels.push(args.int());
  return channels.every((channel) => channel < reader.channels) ? channels : undefined;
}

const noSuchChannel = (buffer: number): Failure => ({ text: "Channel index out of range.\n", id: buffer });

/// Frames `[start, start + count)` of a file, in parts; of its channels those listed, a negative one being silence.
function* framesOf(reader: SoundReader, start: number, count: number, channels?: readonly number[]): Generator<Float32Array> {
  const chunk = new Float32Array(Math.min(chunkFrames, count) * reader.channels);
  for (let done = 0; done < count; ) {
    const frames = reader.read(chunk, start + done, Math.min(chunkFrames, count - done));
    if (frames === 0) return;
    done += frames;
    yield channels ? pick(chunk, reader.channels, frames, channels) : chunk.subarray(0, frames * reader.channels);
  }
}

function pick(chunk: Float32Array, width: number, frames: number, channels: readonly number[]): Float32Array {
  const picked = new Float32Array(frames * channels.length);
  for (let frame = 0; frame < frames; frame++) {
    channels.forEach((channel, k) => {
      picked[frame * channels.length + k] = channel < 0 ? 0 : chunk[frame * width + channel];
    });
  }
  return picked;
}

/// buffer, path, start 0, frames 0 (to the end), [channels ...], [completion]
function allocateAndRead(chosen: boolean): BesideHandler {
  return (args, context) => {
    const { buffers } = context.engine;
    const buffer = args.int();
    const path = args.string();
    const from = args.int();
    const wanted = args.int();
    return withSound(context, path, buffer, (reader) => {
      const channels = chosen ? readChannels(args, reader) : undefined;
      if (chosen && !channels) return noSuchChannel(buffer);
      const start = Math.max(0, Math.min(from, reader.frames));
      const left = reader.frames - start;
      const frames = wanted <= 0 || wanted > left ? left : wanted;
      if (frames === 0) return buffers.free(buffer);
      const list = channels?.length ? channels : undefined;
      const outcome = buffers.allocate(buffer, frames, list?.length ?? reader.channels, reader.sampleRate);
      if (outcome !== null) return outcome;
      let at = 0;
      for (const part of framesOf(reader, start, frames, list)) {
        buffers.samples(buffer).set(part, at);
        at += part.length;
      }
      return null;
    });
  };
}

/// buffer, path, start in the file 0, frames -1 (all that fit), start in the buffer 0, leave open 0, [channels ...], [completion]
function readInto(chosen: boolean): BesideHandler {
  return (args, context) => {
    const { buffers } = context.engine;
    const buffer = args.int();
    const path = args.string();
    const from = Math.max(0, args.int());
    const wanted = args.int(-1);
    const bufferStart = Math.max(0, args.int());
    const leaveOpen = args.int() !== 0;
    return withSound(context, path, buffer, (reader, keep) => {
      const channels = chosen ? readChannels(args, reader) : undefined;
      if (chosen && !channels) return noSuchChannel(buffer);
      const info = buffers.info(buffer);
      if (!chosen && reader.channels !== info.channels) {
        return {
          text: `Channel mismatch. File '${path}' has ${reader.channels} channels. Buffer has ${info.channels} channels.\n`,
          id: buffer,
        };
      }
      const room = Math.max(0, info.frames - bufferStart);
      const left = Math.max(0, reader.frames - from);
      const frames = Math.min(left, room, wanted < 0 ? room : wanted);
      let at = bufferStart * info.channels;
      for (const part of framesOf(reader, from, frames, channels?.length ? channels : undefined)) {
        const samples = buffers.samples(buffer);
        samples.set(part.subarray(0, Math.max(0, samples.length - at)), Math.min(at, samples.length));
        at += part.length;
      }
      const outcome = buffers.overwrite(buffer, 0, new Float32Array(0), info.channels, reader.sampleRate);
      if (leaveOpen) {
        keep();
        context.streams.attach(buffer, { reader, position: from + frames });
      }
      return outcome;
    });
  };
}

/// buffer, path, header "aiff", format "int16", frames -1 (all), start 0, leave open 0, [completion]
function write(args: OscArguments, context: BesideContext): string | null | Failure {
  const { buffers } = context.engine;
  const buffer = args.int();
  const path = args.string();
  const header = args.string("aiff");
  const format = args.string("int16");
  const wanted = args.int(-1);
  const from = Math.max(0, args.int());
  const leaveOpen = args.int() !== 0;
  const { frames, channels, sampleRate } = buffers.info(buffer);
  if (channels === 0) return { text: `File '${path}' could not be opened: Format not recognised.\n`, id: buffer };
  try {
    const writer = context.files.createSound(path, { header, format, channels, sampleRate: Math.trunc(sampleRate) });
    const start = Math.min(from, frames);
    const end = wanted < 0 ? frames : Math.min(frames, start + wanted);
    for (let at = start; at < end; at += chunkFrames) {
      const count = Math.min(chunkFrames, end - at);
      writer.write(buffers.samples(buffer).subarray(at * channels, (at + count) * channels), count);
    }
    if (leaveOpen) context.streams.attach(buffer, { writer });
    else writer.close();
    return null;
  } catch (error) {
    if (error instanceof FileError && error.code === "file/format") return "failed";
    return couldNotOpen(path, buffer, error);
  }
}

export const fileCommands: CommandTable = {
  b_allocRead: { number: 29, beside: true, done: "buffer", run: allocateAndRead(false) },
  b_allocReadChannel: { number: 54, beside: true, done: "buffer", run: allocateAndRead(true) },
  b_read: { number: 30, beside: true, done: "buffer", run: readInto(false) },
  b_readChannel: { number: 55, beside: true, done: "buffer", run: readInto(true) },
  b_write: { number: 31, beside: true, done: "buffer", run: write },
  b_free: {
    number: 32,
    beside: true,
    done: "buffer",
    run: (args, { engine, streams }) => {
      const buffer = args.int();
      streams.close(buffer);
      return engine.buffers.free(buffer);
    },
  },
  b_close: {
    number: 33,
    beside: true,
    done: "buffer",
    run: (args, { streams }) => {
      streams.close(args.int());
      return null;
    },
  },
};
