/// One monotonic time for all threads: `performance.now()` counts from each thread's own start.
const shift = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/// Milliseconds.
export const monotonic = (): number => performance.now() + shift;

/// NTP time at which `monotonic` was 0, in seconds since 1900, as this process took it from the system's clock when it started.
export const ntpOfZero = (): number => (performance.timeOrigin + performance.now() - monotonic()) / 1000 + 2_208_988_800;
