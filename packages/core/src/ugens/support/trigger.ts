/// Triggers: a trigger is a rise from 0 or below to above 0.
import { helper } from "../../kernel/language.ts";

/// True at a rising edge.
export const rises = helper((before: number, now: number) => before <= 0 && now > 0);
