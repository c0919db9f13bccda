import { foldHosts } from "../hostlist/hostlist";
import { groupBy } from "../text/group-by";
import { onceFor } from "../text/once-for";
import { readHostRegex } from "./advertised";
import type { Rule } from "./rule";
import { type SampledSet, setsOfConf } from "./sets-and-updaters";
import { exampleUpdaters } from "./stack-examples";
import { nameDaemons, readTopology } from "./topology";
import type { StackFacts, Topology, UpdaterFacts } from "./topology-facts";
import { readConfs } from "./topology-of-confs";

/** What the files say of the sets that arrive at an aggregator. */
interface Arriving {
  readonly aggregator: string;
  readonly updaters: readonly UpdaterFacts[];
  readonly sets: readonly SampledSet[];
}

const listArriving = onceFor((stack: StackFacts): readonly Arriving[] => {
  const topology = readTopology(stack);
  if (!topology) return [];
  const nameOf = nameDaemons(stack, topology);
  // The samplers of a group have one text, and their lines are one array.
  const linesOf = new Map(readConfs(stack).map(({ container, lines }) => [nameOf(container), lines]));
  return topology.aggregators.flatMap(({ daemons, updaters }) => {
    const confs = new Set([...listBeneath(daemons, topology)].flatMap((name) => (linesOf.has(name) ? [linesOf.get(name)!] : [])));
    const sets = [...confs].flatMap(setsOfConf);
    return updaters.length ? [{ aggregator: foldHosts(daemons), updaters, sets }] : [];
  });
});

const pullsIn = onceFor(
  ({ aggregators }: Topology) => new Map(aggregators.flatMap(({ daemons, pulls }) => daemons.map((name) => [name, pulls] as const))),
);

/** All daemons whose sets arrive at these. */
function listBeneath(daemons: readonly string[], topology: Topology): ReadonlySet<string> {
  const pullsOf = pullsIn(topology);
  const beneath = new Set<string>();
  const walk = (name: string) => {
    for (const pulled of pullsOf.get(name) ?? []) {
      if (beneath.has(pulled)) continue;
      beneath.add(pulled);
      walk(pulled);
    }
  };
  for (const name of daemons) walk(name);
  return beneath;
}

/** undefined: an expression that is not judged here. */
function takes({ selections }: UpdaterFacts, { schema, instance }: SampledSet): boolean | undefined {
  if (selections.length === 0) return true;
  const tried = selections.map(({ regex, field }) => readHostRegex(regex)?.test(field === "schema" ? schema : instance));
  return tried.includes(true) || (tried.includes(undefined) ? undefined : false);
}

/** Shape: "`agg2-7` each 1 s what is sampled each 60 s". */
function tooFast(stack: StackFacts): string[] {
  const hasty = listArriving(stack).flatMap(({ aggregator, updaters, sets }) =>
    updaters.flatMap((updater) => {
      const taken = sets.filter((set) => takes(updater, set) !== false);
      const least = Math.min(...taken.map(({ intervalUs }) => intervalUs));
      if (updater.isPaced || taken.length === 0 || !(updater.intervalUs < least)) return [];
      return [{ aggregator, what: `each ${seconds(updater.intervalUs)} what is sampled each ${seconds(least)}` }];
    }),
  );
  return foldAlike(hasty);
}

/** Shape: "`agg1-5` does not pull `vmstat`", "`agg1-5` pulls `meminfo` by several updaters". */
function badlySelected(stack: StackFacts): string[] {
  const bad = listArriving(stack).flatMap(({ aggregator, updaters, sets }) =>
    sets.flatMap((set) => {
      const takers = updaters.map((updater) => takes(updater, set));
      if (takers.every((one) => one === false)) return [{ aggregator, what: `do not pull \`${set.schema}\`` }];
      return takers.filter((one) => one === true).length > 1 ? [{ aggregator, what: `pull \`${set.schema}\` by several updaters` }] : [];
    }),
  );
  return foldAlike(bad);
}

function foldAlike(found: readonly { readonly aggregator: string; readonly what: string }[]): string[] {
  return [...groupBy(found, ({ what }) => what)].map(([what, all]) => `\`${foldHosts(all.map(({ aggregator }) => aggregator))}\` ${what}`);
}

function seconds(microseconds: number): string {
  return `${microseconds / 1e6} s`;
}

const READERS = ["plan", "resources"] as const;
const EVERY_SECOND = "updtr_add name=fast interval=1s";

export const UPDATE_RULES: readonly Rule<StackFacts>[] = [
  {
    name: "updaters-pull-what-changes",
    description: "No updater pulls more often than the fastest of its sets is sampled.",
    severity: "low",
    enforcement: "advisory",
    readers: READERS,
    applies: (stack) => listArriving(stack).length > 0,
    holds: (stack) => tooFast(stack).length === 0,
    message: (stack) => `updaters mostly pull nothing new: ${tooFast(stack).join("; ")}`,
    help: "give the updater the `interval` of what it takes, or `mode: auto`, which goes by each set's own",
    examples: {
      breaking: exampleUpdaters(
        ...[EVERY_SECOND, "updtr_match_add name=fast regex=^meminfo$ match=schema"],
        ...["updtr_add name=too-fast interval=1s", "updtr_match_add name=too-fast regex=^vmstat$ match=schema"],
      ),
      passing: exampleUpdaters(EVERY_SECOND),
    },
  },
  {
    name: "sets-pulled-by-one-updater",
    description: "Every set that is sampled is taken by one updater of each aggregator on its way.",
    severity: "medium",
    enforcement: "advisory",
    readers: READERS,
    applies: (stack) => listArriving(stack).length > 0,
    holds: (stack) => badlySelected(stack).length === 0,
    message: (stack) => `sets are not pulled once: ${badlySelected(stack).join("; ")}`,
    help: "change the `sets` of the `updaters`, or do not sample what nobody takes",
    examples: {
      breaking: exampleUpdaters(EVERY_SECOND, "updtr_match_add name=fast regex=^meminfo$ match=schema"),
      passing: exampleUpdaters(EVERY_SECOND),
    },
  },
];
