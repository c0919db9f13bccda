import { type MeasuredRun, measureRun, type RunPlace } from "./measured-run";

/** The shell's `times` counts all that has ended below it; wall clock would be that of whatever else runs here. */
const WITH_TIMES = '"$@"; code=$?; times; exit $code';

/** Runs a program to its end. @returns with the CPU time of it and all that it started */
export async function measureCpu(argv: readonly string[], place: RunPlace): Promise<MeasuredRun & { readonly cpuSeconds: number }> {
  const run = await measureRun(["sh", "-c", WITH_TIMES, "sh", ...argv], place);
  return { ...run, cpuSeconds: cpuSeconds(run.output) };
}

/** Of its last line, `0m5.05s 0m0.42s`: user and system. */
function cpuSeconds(output: string): number {
  const times = [...(output.trimEnd().split("\n").at(-1) ?? "").matchAll(/([0-9]+)m([0-9.]+)s/g)];
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}
