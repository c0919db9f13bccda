import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { StackChanges } from "./project-folder";

/** An entry of `samplers` or `aggregators`. */
export type Entry = Readonly<Record<string, unknown>>;

interface Daemons {
  readonly samplers: readonly Entry[];
  readonly aggregators: readonly Entry[];
}

const PAGE = readFileSync(join(__dirname, "../../docs/sites.md"), "utf8");

/** The one file that stands beside the page's stack files, by its name. */
export const AS_IS = { name: "as-is.json", text: /^```json\n([\s\S]*?)^```/m.exec(PAGE)![1]! };

/** The daemons of a section's stack file, its hosts and networks replaced one after the other by those that there are: `["svc201", "cygnus-05"]`. */
export function documented(title: string, replacements: readonly (readonly [string, string])[]): Daemons {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  const block = /^```yaml\n([\s\S]*?)^```/m.exec(section ?? "")?.[1];
  if (block === undefined) throw new Error(`docs/sites.md has no stack file below \`${title}\``);
  const text = replacements.reduce((now, [from, to]) => {
    if (!now.includes(from)) throw new Error(`the stack file of \`${title}\` has no \`${from}\``);
    return now.replaceAll(from, to);
  }, block);
  const { config } = parse(text) as { readonly config: Readonly<Record<string, readonly Entry[]>> };
  return { samplers: config["ldms:samplers"]!, aggregators: config["ldms:aggregators"]! };
}

/**
 * Several of them as one stack: each on hosts of its own, so that nothing but a name is to be told apart. An aggregator is told its samplers, which it
 * need not be where it is the only one.
 */
export function together(sites: Readonly<Record<string, Daemons>>): Daemons {
  const all = Object.entries(sites).map(([site, { samplers, aggregators }]): Daemons => {
    const hosts = samplers.map((entry) => String(entry["hosts"]));
    return {
      samplers,
      aggregators: aggregators.map((entry) => ({
        ...{ samplers: hosts, ...entry },
        name: `${site}-${String(entry["name"])}`,
        stores: (entry["stores"] as readonly Entry[]).map((store) => ({ ...store, name: `${site}-${String(store["name"])}` })),
      })),
    };
  });
  return { samplers: all.flatMap(({ samplers }) => samplers), aggregators: all.flatMap(({ aggregators }) => aggregators) };
}

/** The stack file of the lab with these daemons instead of its own, and nothing beside them. */
export function stackOf({ samplers, aggregators }: Daemons, changes: StackChanges = {}): StackChanges {
  return {
    "ldms:interconnect": undefined,
    "ldms:maestro": undefined,
    "ldms:ui": undefined,
    "ldms:grafana": undefined,
    "ldms:samplers": samplers,
    "ldms:aggregators": aggregators,
    ...changes,
  };
}
