import { AuthPlugin, Interval, Xprt } from "../config/scalars";
import { renderValue } from "../config/wording";
import { CONF_VARIABLES } from "../ldmsd/sampler-conf";
import { checkAttribute, checkWord } from "../ldmsd/words";
import { isSecretVariable } from "../text/secret-words";
import type { Unsaid } from "./source-site";

/** Where a file does not say how often. */
export const DEFAULT_INTERVAL = "1s";

const UNITS = [
  ["s", 1e6],
  ["ms", 1e3],
  ["us", 1],
] as const;

/** `1000000` is `1s`, for ldmsd and maestro take a number alone for microseconds; undefined for what is no duration. */
export function durationOf(value: string | number): string | undefined {
  const text = String(value);
  if (Interval.safeParse(text).success) return text;
  if (!/^-?[0-9]{1,15}$/.test(text)) return undefined;
  const microseconds = Number(text);
  const [unit, size] = UNITS.find((each) => microseconds % each[1] === 0)!;
  return `${microseconds / size}${unit}`;
}

/** `2GB`, `8m` are `2G`, `8M`; undefined for what is no size. */
function sizeOf(value: string): string | undefined {
  const [, number, unit = ""] = /^([1-9][0-9]{0,8})([kmg])b?$/i.exec(value) ?? [];
  return number === undefined ? undefined : `${number}${unit.toLowerCase() === "k" ? "k" : unit.toUpperCase()}`;
}

/** Plugin of an authentication that a stack can have. */
export function readAuth(plugin: string, place: string, unsaid: Unsaid): string {
  if (AuthPlugin.safeParse(plugin).success) return plugin;
  unsaid.say(place, `authentication ${renderValue(plugin)}: here it is \`none\``, "`munge`, `ovis` or `none`");
  return "none";
}

/** A transport that a stack can have. */
export function readXprt(xprt: string, place: string, unsaid: Unsaid): string {
  if (Xprt.safeParse(xprt).success) return xprt;
  unsaid.say(place, `transport ${renderValue(xprt)}: here it is \`sock\``, "write it in `xprt`");
  return "sock";
}

/** As `setMemory` has it. */
export function readSetMemory(size: string, place: string, unsaid: Unsaid): string | undefined {
  const known = sizeOf(size);
  if (known === undefined) unsaid.say(place, `set memory ${renderValue(size)} is no size`, "as in `setMemory: 64M`");
  return known;
}

/** `INFO`, `ERROR,WARNING` */
export function isLogLevel(value: string): boolean {
  return /^[A-Za-z]{1,20}(,[A-Za-z]{1,20})*$/.test(value);
}

/** A bomb of variables comes to more. */
const MAX_REPLACED = 1 << 20;

/** Variables that a daemon's file sets, or the file of the whole site; those of the plan are never replaced. */
export class Variables {
  private readonly values = new Map<string, string>();
  private replaced = 0;

  set(name: string, value: string): void {
    this.values.set(name, value);
  }

  /** With what is known put in; it is read once, and not again. */
  replace(text: string): string {
    return text.replaceAll(/\$\{([^}]*)\}/g, (whole, name: string) => {
      const value = CONF_VARIABLES.some((own) => own === name) ? undefined : this.values.get(name);
      if (value === undefined) return whole;
      this.replaced += value.length;
      return this.replaced > MAX_REPLACED ? whole : value;
    });
  }
}

/** Names of variables of a text that neither the plan nor the files set. */
export function unknownVariables(text: string): string[] {
  const names = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name = ""]) => name);
  return names.filter((name) => !CONF_VARIABLES.some((own) => own === name));
}

export interface PlacedSettings {
  readonly place: string;
  readonly settings: readonly (readonly [name: string, value: unknown])[];
}

/** Attributes of a plugin as free keys; what ldmsd's file cannot have is left out and told. @param taken attributes that other keys of the entry say */
export function freeKeysOf({ place, settings }: PlacedSettings, taken: readonly string[], unsaid: Unsaid): Record<string, unknown> {
  const keys = settings.flatMap(([name, value]): [string, unknown][] => {
    if (taken.includes(name)) return [];
    const reason = reasonAgainst(name, value);
    if (reason === undefined) return [[name, value === "" ? null : value]];
    unsaid.say(place, `attribute ${renderValue(name)} ${reason}`, "write it into `config` by hand, or leave it out");
    return [];
  });
  return Object.fromEntries(keys);
}

/** A word without a value would be passed over by every plugin. */
const NEVER_BARE = ["component_id", "instance", "job_set", "path", "perm", "producer", "schema", "gid", "uid"];

function reasonAgainst(name: string, value: unknown): string | undefined {
  const ofName = checkAttribute(name);
  if (ofName !== undefined) return ofName;
  if (name === "__proto__") return "is no name";
  if (value === null || value === "") return NEVER_BARE.includes(name) ? "is empty" : undefined;
  if (typeof value === "object") {
    if (!Array.isArray(value) || value.length === 0) return "is neither a text nor a list of them";
    const reasons = value.map(
      (item) => (isWord(item) ? undefined : "has a list in its list") ?? checkWord(String(item).replaceAll(",", " ")),
    );
    return reasons.find((reason) => reason !== undefined);
  }
  const text = String(value);
  const [variable] = unknownVariables(text);
  if (variable !== undefined) return `has the variable \`$\{${variable}}\`, which no file sets: ${renderValue(text)}`;
  const reason = checkWord(text);
  return reason === undefined || isSecretVariable(name) ? reason : `${reason}: ${renderValue(text)}`;
}

function isWord(item: unknown): boolean {
  return typeof item === "string" || typeof item === "number" || typeof item === "boolean";
}
