/// Patches where the sound is made, and the side that edits them.
export type { Instance } from "./instance.ts";
export type { Change, Job, JobKind } from "./jobs.ts";
export { type CommitOptions, type JobRequest, type OwnerOptions, PatchJobError, PatchOwner } from "./owner.ts";
export { type InstalledPlan, PatchMemoryError } from "./plan.ts";
