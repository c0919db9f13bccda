import type { CustomTimeouts, ResourceRecord } from "../../stack/resource-record";
import { urnName } from "../../stack/urn";
import { ProviderError } from "../provider/provider";

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/**
 * Bounds a step by the time that the program gave it (`customTimeouts`); without one the provider's own bounds hold. What it comes to later is
 * not known to this run, so a create that runs out of time is looked for by the next one.
 */
export async function withTimeout<T>(record: ResourceRecord, action: keyof CustomTimeouts, work: Promise<T>): Promise<T> {
  const seconds = record.customTimeouts?.[action];
  if (seconds === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    const message = `${urnName(record.urn)}: ${action} took longer than its \`customTimeouts\` allow: \`${seconds}s\``;
    timer = setTimeout(() => reject(new ProviderError(message, undefined, { isOutcomeOpen: true })), seconds * 1000);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/** Seconds of a duration as Go writes it: `1h30m`, `90s`, `1.5m`. @throws Error for other text. */
export function parseDuration(text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text))
    throw new Error(`customTimeouts: is not a duration such as \`90s\` or \`1h30m\`: \`${text}\``);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_SECONDS[unit ?? ""] ?? 0), 0);
}
