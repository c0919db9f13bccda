import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** Samplers that one level-1 aggregator of a measured stack pulls. */
const SAMPLERS_PER_AGGREGATOR = 250;

type Values = Readonly<Record<string, unknown>>;

/**
 * Pulumi.cygnus.yaml made larger: the same groups and services on `count` hosts, `cygnus-[00001-10000]`; what stands below `ldms:`.
 *
 * @param count hosts in all, 8 to 100,000
 */
export function stackOfSize(count: number): Values {
  const level1 = Math.ceil(count / (SAMPLERS_PER_AGGREGATOR + 1));
  const samplers = count - level1 - 1;
  const digits = String(count).length;
  const host = (number: number) => `cygnus-${String(number).padStart(digits, "0")}`;
  const hosts = (first: number, last: number) => `cygnus-[${String(first).padStart(digits, "0")}-${String(last).padStart(digits, "0")}]`;

  const cygnus = readCygnus();
  const [sampler] = unnamed(cygnus["samplers"]);
  const [agg1, agg2] = unnamed(cygnus["aggregators"]);
  const service = (name: string) => ({ [name]: { ...(cygnus[name] as Values), host: host(count) } });
  return {
    ...cygnus,
    hosts: hosts(1, count),
    samplers: [{ ...sampler, hosts: hosts(1, samplers) }],
    aggregators: [
      { ...agg1, hosts: hosts(samplers + 1, samplers + level1) },
      { ...agg2, hosts: host(count) },
    ],
    ...service("maestro"),
    ...service("ui"),
    ...service("grafana"),
  };
}

/** Without the names of the example's few daemons: the plan makes one for each host. */
function unnamed(groups: unknown): readonly Values[] {
  return (groups as readonly Values[]).map(({ daemons: _, ...group }) => group);
}

function readCygnus(): Values {
  const { config } = parse(readFileSync(join(__dirname, "../Pulumi.cygnus.yaml"), "utf8")) as { readonly config: Values };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace("ldms:", ""), value]));
}
