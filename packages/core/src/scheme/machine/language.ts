/// The words of the machine's language (`scripts/scheme-machine/language.ts`) that TypeScript does not have.

/// A double; everything else is a 32-bit integer.
export type f64 = number;
/// The index of a word that is mostly used to reach others.
export type address = number;

/// Makes a double of an integer, or marks a number as one; the identity in JavaScript.
export const f64 = (x: number): number => x;
/// The integer of a double, or of a sum that may have left the 32 bits.
export const i32 = (x: number): number => x | 0;
export const { floor } = Math;
