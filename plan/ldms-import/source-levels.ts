import { foldHosts } from "../hostlist/hostlist";
import type { SourceSite, Unsaid } from "./source-site";

const MOST_LEVELS = 9;

/** By the name of a daemon: 0 of one that pulls nobody, else one more than the highest that it pulls. */
export function levelsOf({ daemons, aggregators }: SourceSite, unsaid: Unsaid): ReadonlyMap<string, number> {
  const pullsOf = new Map<string, readonly string[]>();
  for (const { daemons: names, pulls } of aggregators) {
    // All of an entry share one list.
    const pulled = pulls.map(({ daemon }) => daemon);
    for (const name of names) pullsOf.set(name, pullsOf.has(name) ? [...pullsOf.get(name)!, ...pulled] : pulled);
  }
  const levels = new Map(daemons.map(({ name }) => [name, pullsOf.has(name) ? 1 : 0]));
  // Each round takes in one level more; a circle goes on for ever.
  for (let round = 0; round <= MOST_LEVELS; round++) {
    const raised = [...pullsOf].filter(([name, pulled]) => {
      const level = 1 + pulled.reduce((most, one) => Math.max(most, one === name ? 0 : (levels.get(one) ?? 0)), 0);
      if (level <= levels.get(name)!) return false;
      levels.set(name, level);
      return true;
    });
    if (raised.length === 0) return levels;
  }
  const circle = [...levels].filter(([, level]) => level > MOST_LEVELS).map(([name]) => name);
  unsaid.say("aggregators", `pull each other in a circle: \`${foldHosts(circle)}\``, "each level pulls the one below it");
  for (const name of circle) levels.set(name, 1);
  return levels;
}
