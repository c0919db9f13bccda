import { foldHosts } from "../../plan/hostlist/hostlist";
import { foldByText } from "../reach/fold-by-text";
import type { AggregatorCheck, SetMemory } from "./aggregators";

/** A line for each thing that is short, wrong or warned of: `cygnus-[05-06]: agg1: set memory is full …`. */
export function renderAggregators(checks: readonly AggregatorCheck[]): string[] {
  return foldByText(
    checks.flatMap(({ host, container, setMemory, health, unreached = [], received = [], unconnected = [], fault }) =>
      [
        setMemory && renderMemory(setMemory),
        health?.message,
        ...unreached.map((broker) => `broker ${broker}`),
        ...received.map(renderReceived),
        renderUnconnected(unconnected),
        fault,
      ].flatMap((said) => (said === undefined ? [] : [{ host, text: `${container}: ${said}` }])),
    ),
  );
}

/** What has come shows that the path is open; where nothing has, nobody may have published. */
function renderReceived({ service, name, count }: NonNullable<AggregatorCheck["received"]>[number]): string {
  return `${service} \`${name}\`: ${count === 0 ? "nothing has come" : `${count} received`} since its start`;
}

function renderUnconnected(hosts: readonly string[]): string | undefined {
  return hosts.length ? `is not connected to the daemons that the site starts on ${foldHosts(hosts)}` : undefined;
}

function renderMemory({ totalKb, usedKb, sets, refused, advised }: SetMemory): string | undefined {
  if (advised === undefined) return undefined;
  const taken = `${sets} sets take ${usedKb} of ${totalKb} kB`;
  const what = refused > 0 ? `set memory is full: ${taken}, ${refused} more are refused` : `set memory is short: ${taken}`;
  return `${what}\n  help: \`setMemory: ${advised}\` for this aggregator`;
}
