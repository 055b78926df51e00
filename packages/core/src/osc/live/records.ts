/// What travels between the thread of a server and the thread of its engine: records of words in two rings.
///
/// A message is an address and arguments, each argument a word with its type tag and then
///
///   i f            one word
///   d h r m I      a double in two words
///   s c S          one word: the number of a string that both sides know, or -1 and then the string itself
///   b T F N t [ ]  nothing
///
/// A string itself is its length and its UTF-16 codes, one a word. Strings that come again are told once, with their number (`StringTable`).

/// From the server to the engine. The first word of a record is its kind.
export const Order = {
  /// client, time (a double; -Infinity for at once), messages ...; each message: its length in words with this one, what is to be done (an index of
  /// `commands`, or one of `Special`), the number of arguments, arguments.
  packet: 0,
  /// number, string
  string: 1,
  /// A definition waits at the engine's port.
  install: 2,
  /// buffer, its record, frames left in the file behind it (-1 where it does not read)
  buffer: 3,
  /// token: to be answered by `Report.reached`
  mark: 4,
  /// The engine's thread is to end.
  stop: 5,
  /// Code for packs of four waits at the engine's port.
  lanes: 6,
  /// Something that concerns the host alone waits there.
  host: 7,
} as const;

/// What stands in place of a command's index.
export const Special = {
  /// No such command. Its argument is the address.
  unknown: -1,
  /// Carried out by the server's thread when the engine gets there. Its argument is a token.
  beside: -2,
} as const;

/// The bit of the number of arguments that says that there are none but bytes without type tags: their count and then four to a word.
export const untypedFlag = 1 << 30;

/// From the engine to the server.
export const Report = {
  /// kind, id, parent, previous, next, is a group, head, tail
  node: 0,
  /// kind, node, count, values ... of a unit generator
  unit: 1,
  /// client (`everyone` for all that registered), address, number of arguments, arguments: a message
  message: 2,
  /// token, whether failures are told: a command beside the engine may begin
  begin: 3,
  /// token of an `Order.mark`: all orders before it have been carried out
  reached: 4,
  /// string: a line for the console
  text: 5,
  /// client, microseconds: a bundle came after its time
  late: 6,
  /// number, string
  string: 7,
  /// buffer, what, start, frames, extra: a request to the disk
  disk: 8,
  /// node, string: a synth failed and was freed, and why
  fault: 9,
  /// key of a definition: code for packs of four is wanted
  lanes: 10,
} as const;

export const everyone = -1;
