import type { EngineEvent } from "../engine/events/events";
import { withoutTokenTimes } from "../operations/images/find-tokens";
import { type Marks, markOf } from "../operations/seen-files";
import { isRunStep } from "./run-record";

/** What a preview would do, as one can be told from another. */
export class StepMarks {
  private found = new Map<string, string>();

  get all(): Marks {
    return Object.fromEntries(this.found);
  }

  see({ preludeEvent, resourcePreEvent }: EngineEvent): void {
    if (preludeEvent) this.found = new Map();
    if (resourcePreEvent === undefined || !isRunStep(resourcePreEvent.metadata)) return;
    const { op, urn, diffs, new: next } = resourcePreEvent.metadata;
    const content = withoutTokenTimes(JSON.stringify([diffs ?? [], next?.inputs ?? {}]));
    this.found.set(urn, `${op} ${markOf(content).slice(0, 16)}`);
  }
}
