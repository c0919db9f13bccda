import type { Unsaid } from "../ldms-import/source-site";
import { readSetMemory } from "../ldms-import/source-values";
import { majorityOf } from "../text/majority";
import { readMaps, readText } from "../text/read-value";
import { withoutSecretArguments, withoutSecretVariables } from "./adopt-secrets";
import type { HandMade } from "./hand-made";
import { confPaths, isOwnMount, OWN_VARIABLES } from "./known-places";
import { groupArguments, pairArguments } from "./run-words";

type Entry = Readonly<Record<string, unknown>>;

/** Further keys of an entry, as most of its containers have them. @param place of the entry, for what cannot be said */
export function settingsOf(entry: Entry, members: readonly HandMade[], place: string, unsaid: Unsaid): Entry {
  return {
    ...optionsOf(members, place, unsaid),
    ...envOf(members, place, unsaid),
    ...mountsOf(members, entry),
    ...devicesOf(members),
    ...storesOf(entry, members, unsaid),
  };
}

/** What the plan writes itself, or says by a key of its own. */
const PLANS_OPTIONS = /^-(x|a|A|c|m|F|n|y)|^--(xprt|default_auth|default_auth_args|set_memory|daemon_name)\b/;

function optionsOf(members: readonly HandMade[], place: string, unsaid: Unsaid): Entry {
  const own = majorityOf(members, ({ facts }) => groupArguments(facts.argv).filter((words) => !PLANS_OPTIONS.test(words.join(" ")))) ?? [];
  const typed = majorityOf(members, ({ facts }) => pairArguments(facts.argv).flatMap(findSetMemory)[0]);
  const memory = typed === undefined ? undefined : readSetMemory(typed, place, unsaid);
  const options = withoutSecretArguments(own, place, unsaid);
  return {
    ...(options.length > 0 && { options }),
    ...(memory !== undefined && { setMemory: memory }),
  };
}

function findSetMemory(words: string): string[] {
  const [, size] = /^(?:-m|--set_memory)[ =]?(.+)$/.exec(words) ?? [];
  return size === undefined ? [] : [size];
}

function envOf(members: readonly HandMade[], place: string, unsaid: Unsaid): Entry {
  const env =
    majorityOf(members, ({ facts }) => Object.fromEntries(Object.entries(facts.env).filter(([name]) => !OWN_VARIABLES.has(name)))) ?? {};
  const rest = withoutSecretVariables(env, place, "hand it over in a file: `files` with `secret`", unsaid);
  return Object.keys(rest).length > 0 ? { env: rest } : {};
}

function mountsOf(members: readonly HandMade[], entry: Entry): Entry {
  const stores = readMaps(entry["stores"]).flatMap(({ path }) => readText(path) ?? []);
  const mounts =
    majorityOf(members, ({ facts }) =>
      facts.mounts.filter(
        ({ source, target }) =>
          source.startsWith("/") &&
          !isOwnMount(target) &&
          !confPaths(facts.argv).includes(target) &&
          !stores.some((path) => liesBelow(path, target)),
      ),
    ) ?? [];
  if (mounts.length === 0) return {};
  return {
    mounts: Object.fromEntries(mounts.map(({ source, target, readOnly }) => [source, readOnly ? target : { path: target, readOnly }])),
  };
}

function devicesOf(members: readonly HandMade[]): Entry {
  const devices = majorityOf(members, ({ facts }) => facts.devices) ?? [];
  const gpus = majorityOf(members, ({ facts }) => facts.gpus);
  const memory = majorityOf(members, ({ facts }) => facts.memoryMib);
  return {
    ...(devices.length > 0 && { devices }),
    ...(gpus === "all" && { gpus }),
    ...(memory !== undefined && { memory: `${memory}M` }),
  };
}

/** Where the rows really lie. */
function storesOf(entry: Entry, members: readonly HandMade[], unsaid: Unsaid): Entry {
  const stores = readMaps(entry["stores"]);
  if (stores.length === 0) return {};
  return { stores: stores.map((store) => placeStore(store, members, unsaid)) };
}

function placeStore(store: Entry, members: readonly HandMade[], unsaid: Unsaid): Entry {
  const path = readText(store["path"]);
  if (path === undefined) return store;
  const bound = majorityOf(members, ({ facts }) => facts.mounts.find(({ target }) => liesBelow(path, target)));
  if (bound === undefined) {
    unsaid.say(
      `ldms:aggregators.stores \`${String(store["name"])}\``,
      `its rows lie inside of the container, at \`${path}\`: nothing of the host is bound there`,
      "copy them to the folder `hostPath` by `docker cp` before the container is made anew",
    );
    return store;
  }
  return { ...store, hostPath: `${bound.source}${path.slice(bound.target.length)}`.replace(/\/$/, "") };
}

function liesBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder.replace(/\/$/, "")}/`);
}
