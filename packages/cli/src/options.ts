/// Readers of option values that several commands share.
import { InvalidArgumentError } from "commander";

/// Gathers the values of an option that may be repeated.
export const list = (value: string, before: readonly string[]): string[] => [...before, value];

/// A finite number, or an error that shows what was given.
export function number(value: string): number {
  const parsed = Number(value);
  if (!Number.isFinite(parsed)) throw new InvalidArgumentError(`expected a number, not "${value}"`);
  return parsed;
}
