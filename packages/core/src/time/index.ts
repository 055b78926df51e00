/// Clocks and the event queue.
export { BlockClock, ntpToTicks, secondsToTicks, ticksPerSecond, ticksToSeconds } from "./clock.ts";
export { DelayLockedLoop } from "./dll.ts";
export { immediately, TimeQueue } from "./queue.ts";
