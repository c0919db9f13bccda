import type { CustomTimeouts, ResourceRecord } from "../../stack/resource-record";
import type { ProviderCall } from "../provider/provider";
import type { RunContext } from "../run/run-context";

/** What a provider is given for one call on this resource. */
export function providerCall({ events }: Pick<RunContext, "events">, record: ResourceRecord, action: keyof CustomTimeouts): ProviderCall {
  return {
    timeoutSeconds: record.customTimeouts?.[action],
    log: (message) => events.diagnostic("info", message, record.urn),
  };
}
