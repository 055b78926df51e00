/// Strings that two threads know by number.

/// Longer strings, and those that come when the table is full, travel as they are: what a client sends must not fill the memory.
const longest = 128;
const most = 1 << 14;

/// The side that tells. A string's number is used once the other side knows it.
export class StringNumbers {
  private readonly numbers = new Map<string, number>();
  private readonly tell: (number: number, text: string) => boolean;

  /// `tell` sends a new string with its number; false when there is no room for it now.
  constructor(tell: (number: number, text: string) => boolean) {
    this.tell = tell;
  }

  /// The number, or -1 for a string that has to travel itself.
  numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    if (text.length > longest || number >= most || !this.tell(number, text)) return -1;
    this.numbers.set(text, number);
    return number;
  }
}
