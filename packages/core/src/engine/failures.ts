/// What an operation answers: null when it was done, otherwise SuperCollider's text for what went wrong.
export type Outcome = string | null;

/// Nothing was done and, as in SuperCollider, nobody is told: neither /done nor /fail.
export const silently = "";

export const failed = "failed";
export const outOfMemory = "out of real time memory";
export const allocationFailed = "alloc failed, increase server's memory allocation (e.g. via ServerOptions)";
export const tooManyNodes = "too many nodes";
export const duplicateId = "duplicate node ID";
export const reservedId = "negative node IDs are reserved";
export const rootReplaced = "can't replace group 0";
export const definitionNotFound = "SynthDef not found";
export const indexOutOfRange = "index out of range";
export const generatorNotFound = "buf gen routine not found";
export const nodeNotFound = (id: number): string => `Node ${id} not found`;
export const targetNotFound = (id: number): string => `target Node ${id} not found`;
export const groupNotFound = (id: number): string => `Group ${id} not found`;
