import { DifferencesOfRun } from "./differences-of-run";
import type { EngineEvent } from "./events";

/** Says in front of a summary what has been seen. For the events of `pulumi`; the embedded engine's have it. */
export function tellDifferences(onEvent: (event: EngineEvent) => void): (event: EngineEvent) => void {
  const seen = new DifferencesOfRun();
  return (event) => {
    seen.see(event);
    const differences = event.summaryEvent ? seen.all : [];
    if (differences.length === 0) return onEvent(event);
    const { sequence, timestamp } = event;
    onEvent({ sequence, timestamp, differencesEvent: { differences } });
    onEvent({ ...event, sequence: sequence + 1 });
  };
}
