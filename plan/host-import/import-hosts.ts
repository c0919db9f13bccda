import { ConfigError, type ConfigProblem } from "../problems/errors";
import { parseYaml, YamlError } from "../yaml/yaml";
import { readAnsibleIni, readAnsibleYaml } from "./ansible";
import { readGroupsYaml, readLocalCfg } from "./clustershell";
import { readEtcHosts } from "./etc-hosts";
import { readGenders } from "./genders";
import { ImportedHosts, linesOf } from "./imported";
import { readSinfo } from "./sinfo";
import { type StackKeys, stackKeysOf } from "./stack-keys";

interface Form {
  /** What people call it. */
  readonly title: string;
  /** Told by its lines, in the order of the table. */
  is(lines: readonly string[]): boolean;
  read(text: string, found: ImportedHosts): void;
}

const ADDRESS = /^([0-9]+(\.[0-9]+){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)\s/;

/** By the name for `--as`. */
const FORMS = {
  sinfo: { title: "the output of `sinfo -N`", is: ([head = ""]) => /(^|\s)NODELIST(\s|$)/.test(head), read: readSinfo },
  hosts: { title: "a file like /etc/hosts", is: (lines) => lines.every((line) => ADDRESS.test(`${line} `)), read: readEtcHosts },
  ansible: {
    title: "an Ansible inventory",
    is: (lines) => lines.some((line) => /^\[[^\]]+\]$/.test(line) || /^(hosts|children):$/.test(line)),
    read: (text, found) => (isIni(text) ? readAnsibleIni(text, found) : readYaml(text, found, readAnsibleYaml)),
  },
  clustershell: {
    title: "ClusterShell groups",
    is: (lines) => lines.every((line) => /^(- |[^\s:]+\s*:(\s|$))/.test(line)),
    read: (text, found) => (/^[^\s:#]+\s*:\s*(#.*)?$/m.test(text) ? readYaml(text, found, readGroupsYaml) : readLocalCfg(text, found)),
  },
  genders: { title: "genders", is: (lines) => lines.every((line) => /^\S+(\s+\S+)?$/.test(line)), read: readGenders },
} as const satisfies Readonly<Record<string, Form>>;

export type HostForm = keyof typeof FORMS;
export const HOST_FORMS = Object.keys(FORMS) as readonly HostForm[];

/** What a site's file of hosts comes to in a stack file. */
export interface HostImport {
  readonly form: HostForm;
  readonly title: string;
  readonly hostCount: number;
  readonly keys: StackKeys;
  /** What has no key here. */
  readonly notes: readonly string[];
}

/**
 * @param file for messages
 * @param as its form; absent: told by its lines
 * @throws ConfigError with every line that cannot be read
 */
export function importHosts(file: string, text: string, as?: HostForm): HostImport {
  const lines = linesOf(text).map(({ line }) => line);
  if (lines.length === 0) throw refused(file, [{ path: "the file", message: "names no host" }]);
  const form = as ?? HOST_FORMS.find((name) => FORMS[name].is(lines));
  if (form === undefined) {
    const titles = HOST_FORMS.map((name) => FORMS[name].title).join(", ");
    throw refused(file, [
      { path: "the file", message: `is none of these: ${titles}`, help: `say which by \`--as ${HOST_FORMS.join("|")}\`` },
    ]);
  }
  const found = new ImportedHosts();
  FORMS[form].read(text, found);
  if (found.hosts.size === 0 && found.problems.length === 0) found.refuse("the file", `names no host, read as ${FORMS[form].title}`);
  if (found.problems.length > 0) throw refused(file, found.problems);
  const keys = stackKeysOf(found);
  return { form, title: FORMS[form].title, hostCount: found.hosts.size, keys, notes: [...found.notes] };
}

function refused(file: string, problems: readonly ConfigProblem[]): ConfigError {
  return new ConfigError(file, problems);
}

function isIni(text: string): boolean {
  return !/^[A-Za-z0-9_.-]+:\s*(#.*)?$/m.test(text);
}

function readYaml(
  text: string,
  found: ImportedHosts,
  read: (document: Readonly<Record<string, unknown>>, found: ImportedHosts) => void,
): void {
  try {
    const document = parseYaml(text, "python");
    if (typeof document === "object" && document !== null && !Array.isArray(document))
      read(document as Readonly<Record<string, unknown>>, found);
    else found.refuse("the file", "is no map");
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    found.problems.push(...error.problems);
  }
}
