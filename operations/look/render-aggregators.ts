import { foldByText } from "../reach/fold-by-text";
import type { AggregatorCheck, SetMemory } from "./aggregators";

/** A line for each thing that is short, wrong or warned of: `cygnus-[05-06]: agg1: set memory is full …`. */
export function renderAggregators(checks: readonly AggregatorCheck[]): string[] {
  return foldByText(
    checks.flatMap(({ host, container, setMemory, health, unreached = [], fault }) =>
      [setMemory && renderMemory(setMemory), health?.message, ...unreached.map((broker) => `broker ${broker}`), fault].flatMap((said) =>
        said === undefined ? [] : [{ host, text: `${container}: ${said}` }],
      ),
    ),
  );
}

function renderMemory({ totalKb, usedKb, sets, refused, advised }: SetMemory): string | undefined {
  if (advised === undefined) return undefined;
  const taken = `${sets} sets take ${usedKb} of ${totalKb} kB`;
  const what = refused > 0 ? `set memory is full: ${taken}, ${refused} more are refused` : `set memory is short: ${taken}`;
  return `${what}\n  help: \`setMemory: ${advised}\` for this aggregator`;
}
