import { readMaps } from "../text/read-value";
import type { StackConfig } from "./stack-of-site";
import { listStores } from "./stack-stores";

/** A file that ldmsd reads where the site has it, and a stack file beside itself. */
export interface NamedDecomposition {
  /** The store's place in the stack file. */
  readonly path: string;
  /** `/etc/ldms/decomp.json` */
  readonly source: string;
  /** `decomp.json` */
  readonly name: string;
  /** Its own name is that of another one. */
  readonly isRenamed: boolean;
}

/** Decompositions come to lie in one folder: of two files of one name the second has a name of its own there. */
export function nameDecompositions(config: StackConfig): {
  readonly config: StackConfig;
  readonly decompositions: readonly NamedDecomposition[];
} {
  const found = new Map<string, NamedDecomposition>();
  const taken = new Set<string>();
  for (const { path, store } of listStores(config)) {
    const { decomposition: source } = store;
    if (typeof source !== "string" || found.has(source)) continue;
    const own = fileName(source);
    const name = freeName(own, taken);
    taken.add(name);
    found.set(source, { path: `${path}.decomposition`, source, name, isRenamed: name !== own });
  }
  if (found.size === 0) return { config, decompositions: [] };
  const rename = (store: Readonly<Record<string, unknown>>) => {
    const named = found.get(String(store["decomposition"]));
    return named === undefined ? store : { ...store, decomposition: named.name };
  };
  const aggregators = readMaps(config["aggregators"]).map((entry) =>
    entry["stores"] === undefined ? entry : { ...entry, stores: readMaps(entry["stores"]).map(rename) },
  );
  return { config: { ...config, aggregators }, decompositions: [...found.values()] };
}

function fileName(path: string): string {
  return path.replace(/^.*\//, "").replace(/^-/, "./-");
}

/** `decomp-2.json` where `decomp.json` is another file. */
function freeName(own: string, taken: ReadonlySet<string>): string {
  const [, stem = own, ending = ""] = /^(.+?)(\.[^./]*)?$/.exec(own) ?? [];
  let name = own;
  for (let i = 2; taken.has(name); i++) name = `${stem}-${i}${ending}`;
  return name;
}
