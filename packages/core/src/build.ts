/// Which state of the sources this is: a hash of them, put here by the build; "source" where they run unbuilt.
declare const HEDDLE_BUILD: string | undefined;

export const build: string = typeof HEDDLE_BUILD === "undefined" ? "source" : HEDDLE_BUILD;
