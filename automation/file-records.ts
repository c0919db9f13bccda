import { redact } from "../engine/provider/property-secrets";
import type { StackLocation } from "../stack/open-stack";
import type { PropertyMap } from "../stack/property-value";
import { readHistory, readOutputs } from "../stack/stack-admin";
import type { StackRecords } from "./stack-engine";

/** What a state in files says. */
export class FileRecords implements StackRecords {
  constructor(readonly location: StackLocation) {}

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    return redactAll(await readOutputs(this.location));
  }

  history(): ReturnType<StackRecords["history"]> {
    return readHistory(this.location);
  }
}

export function redactAll(map: PropertyMap): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, redact(value)]));
}
