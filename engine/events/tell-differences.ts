import { DifferencesOfRun } from "./differences-of-run";
import type { EngineEvent } from "./events";

/** Says in front of a summary what has been seen. For the events of `pulumi`; the embedded engine's have it. */
export function tellDifferences(onEvent: (event: EngineEvent) => void): (event: EngineEvent) => void {
  const seen = new DifferencesOfRun();
  return (event) => {
    seen.see(event);
    if (!event.summaryEvent || seen.all.length === 0) return onEvent(event);
    const { sequence, timestamp } = event;
    onEvent({ sequence, timestamp, differencesEvent: { differences: seen.all } });
    onEvent({ ...event, sequence: sequence + 1 });
  };
}
