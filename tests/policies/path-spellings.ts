import type { Pick } from "./stack-mutators";

type Spelling = (path: string, pick: Pick) => string;

/** Puts something that leads nowhere else behind one of the steps. */
const insert = (path: string, detour: string, pick: Pick) => {
  const slashes = [...path.matchAll(/\//g)].map(({ index }) => index);
  const at = pick(slashes);
  return `${path.slice(0, at)}${detour}${path.slice(at)}`;
};

/** What the schema takes as well. */
const PLAIN: readonly Spelling[] = [
  (path) => path,
  (path) => `/${path}`,
  (path) => `${path}/`,
  (path, pick) => `${path}${pick(["//", "///"])}`,
  (path, pick) => insert(path, "/", pick),
];

const ODD: readonly Spelling[] = [
  ...PLAIN,
  (path, pick) => `${path}${pick(["/.", "/./", "/x/.."])}`,
  (path, pick) => insert(path, pick(["/.", "/x/..", "/a b/..", "/.../..", "/x/y/../..", "/x\r/..", "/x\u2028/.."]), pick),
  (path, pick) => `/${pick(["..", "../..", "tmp/..", "store/x/../..", "x\r/.."])}${path}`,
  (path) => path.replace(/^\/run(?=\/|$)/, "/var/run"),
  (path) => path.replace(/^\/var\/run(?=\/|$)/, "/run"),
];

/** The path by another of its names, up to three changes from it; a step upwards leads back at once, so that the kernel takes all of them for one. */
function spellBy(spellings: readonly Spelling[]): Spelling {
  return (path, pick) => Array.from({ length: pick([1, 2, 3]) }).reduce<string>((spelled) => pick(spellings)(spelled, pick), path);
}

export const spell = spellBy(ODD);
export const spellPlainly = spellBy(PLAIN);
