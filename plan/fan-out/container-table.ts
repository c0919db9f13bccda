import { typeContainer } from "../container-properties/forms";
import { HOST_NAME, HOST_NUMBER, isToldItsId, SPEC_LABEL } from "../containers/spec-hash";
import { readHostWord } from "../docker-run/docker-run";
import type { PlannedContainer } from "../model/container";
import type { ImageName } from "../model/image";
import { splitRegistry } from "../text/registry";

/** What an image is pulled and compared by: `reg:5000/ovishpc/ldms-samp@sha256:…`; undefined where it is not known before it is built. */
export type References = ReadonlyMap<ImageName, string | undefined>;

/**
 * The containers of a host as the host script reads them, a line a word of their `docker run`. Of a word of several lines all but the last are `part`s.
 * A mirror of the host takes the place of the registry, which is an empty one for Docker Hub and none for an image that has an id.
 * `-own`: where the host has a component id of its own it stands behind the hash.
 *
 *     container samp
 *     spec-own 3fab…
 *     word --label
 *     word-own ldms.spec=3fab…
 *     word --env
 *     number COMPID=
 *     registry reg:5000
 *     image ovishpc/ldms-samp@sha256:…
 *     word -x
 *     end
 */
export function renderContainerTable(containers: readonly PlannedContainer[], references: References): string {
  return containers.map((container) => renderRows(container, references.get(container.image) ?? "").join("\n")).join("\n");
}

function renderRows(container: PlannedContainer, reference: string): string[] {
  const { options, argv } = typeContainer(container);
  const { registry = "", repository } = splitRegistry(reference);
  const isNamed = reference !== "" && !reference.startsWith("sha256:");
  const spec = container.labels[SPEC_LABEL];
  const ofHost = isToldItsId(container) ? "-own" : "";
  const renderOption = (word: string) => (word === `${SPEC_LABEL}=${spec}` ? [`word${ofHost} ${word}`] : renderWord(word));
  return [
    ...[`container ${container.name}`, `spec${ofHost} ${spec}`, "word --detach"],
    ...options.flatMap(renderOption),
    ...(isNamed ? [`registry ${registry}`] : []),
    `image ${repository}`,
    ...argv.flatMap(renderWord),
    "end",
  ];
}

function renderWord(word: string): string[] {
  const ofHost = readHostWord(word);
  if (ofHost) return [`${ofHost.value === HOST_NUMBER ? "number" : "host"} ${ofHost.variable}=`];
  const lines = word.split("\n");
  return lines.map((line, i) => `${i < lines.length - 1 ? "part" : "word"} ${line}`);
}

/** Rows that make a word, and what is added to it of the host. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["word", ""],
  // What goes behind the hash is read by no rule.
  ["word-own", ""],
  ["image", ""],
  ["number", HOST_NUMBER],
  ["host", HOST_NAME],
]);

/**
 * The words behind each `docker run` of such a table, as the host script puts them together: what follows from the host as `{number}` and `{host}`, the
 * image by its own registry. Undefined where a line is none that the host script knows.
 */
export function readContainerTable(table: string): string[][] | undefined {
  const runs: string[][] = [];
  let words: string[] = [];
  let held = "";
  for (const line of table.split("\n")) {
    const [key = ""] = line.split(" ", 1);
    // As `${line#* }`.
    const value = line.replace(/^[^ ]* /, "");
    const ofHost = WORDS.get(key);
    if (key === "container") words = [];
    else if (key === "part") held += `${value}\n`;
    else if (key === "registry") held = value === "" ? "" : `${value}/`;
    else if (key === "end") runs.push([...words]);
    else if (ofHost !== undefined) {
      words.push(held + value + ofHost);
      held = "";
    } else if (key !== "spec" && key !== "spec-own" && line !== "") return undefined;
  }
  return runs;
}

/** A container of such a table, by what tells it from another one. */
export interface TabledContainer {
  readonly name: string;
  /** Its hash; on a host with a component id of its own, `-2201` stands behind it where `isToldItsId`. */
  readonly spec: string;
  readonly isToldItsId: boolean;
  /** What it is made from, in the registry of its own; empty where that was not known yet. */
  readonly reference: string;
}

const TABLED = /^container (\S+)\nspec(-own)? (\S+)\n(.*?)^end$/gms;

/** The containers of the table in a script, on a host or a head: whatever else it has, no other line of ours is like the first two of these. */
export function findTabledContainers(script: string): TabledContainer[] {
  return [...script.matchAll(TABLED)].map(([, name = "", own, spec = "", rest = ""]) => {
    const [, registry = ""] = /^registry (.*)$/m.exec(rest) ?? [];
    const [, repository = ""] = /^image (.*)$/m.exec(rest) ?? [];
    return { name, spec, isToldItsId: own !== undefined, reference: registry === "" ? repository : `${registry}/${repository}` };
  });
}
