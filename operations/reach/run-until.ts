import { RemoteCommandError } from "./remote-error";
import type { RunOn } from "./run-on-host";

/** `run` for so long: what is under way then, or begins later, is a step without an answer in time. */
export function runUntil(run: RunOn, ms: number): RunOn {
  const began = Date.now();
  const end = AbortSignal.timeout(Math.max(0, ms));
  return async (target, command, limits) => {
    const { signal, step } = limits;
    try {
      return await run(target, command, { ...limits, signal: signal ? AbortSignal.any([signal, end]) : end });
    } catch (error) {
      if (error instanceof RemoteCommandError || signal?.aborted === true || !end.aborted) throw error;
      throw new RemoteCommandError(target.name, { kind: "timeout", seconds: Math.round((Date.now() - began) / 1000) }, "", step);
    }
  };
}
