import { renderValue } from "../config/wording";
import { ownValue } from "../text/own-value";
import { type ImportedHosts, type ImportedWay, linesOf } from "./imported";

type Values = Readonly<Record<string, unknown>>;

const PORT = "ansible_port";

/** Variables of a host that say how it is reached. @see https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html */
const WAYS: Readonly<Record<string, (value: string) => ImportedWay>> = {
  ansible_host: (address) => ({ address }),
  ansible_user: (user) => ({ user }),
  [PORT]: (port) => ({ port: Number(port) }),
};

/** `[group]`, hosts with variables below it, `[group:children]`; `[group:vars]` is left out. */
export function readAnsibleIni(text: string, found: ImportedHosts): void {
  const children: (readonly [group: string, child: string])[] = [];
  let [group, part]: (string | undefined)[] = [];
  for (const { place, line } of linesOf(text.replaceAll(/^\s*;.*$/gm, ""))) {
    const section = /^\[([^\]:]+)(?::([a-z]+))?\]$/.exec(line);
    if (section) {
      [, group, part] = section;
      if (part === "vars") found.notes.add(`variables of group \`${group}\` are left out`);
    } else if (part === "children") children.push([group!, line]);
    else if (part === undefined) readHostLine(place, line, group, found);
  }
  addChildren(children, found);
}

function readHostLine(place: string, line: string, group: string | undefined, found: ImportedHosts): void {
  const [pattern = "", ...words] = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const variables = words.map((word) => word.split("=") as [string, string?]).map(([name, ...value]) => [name, unquote(value.join("="))]);
  addHosts(place, pattern, Object.fromEntries(variables), group, found);
}

function unquote(text: string): string {
  return text.replaceAll(/^(["'])(.*)\1$/g, "$2");
}

/** Groups of hosts of groups: each further pass takes in one more level. */
function addChildren(children: readonly (readonly [string, string])[], found: ImportedHosts): void {
  for (let pass = 0; pass < children.length; pass++)
    for (const [group, child] of children) found.add([...(found.groups.get(child) ?? [])], group);
}

/** `{ all: { hosts: { cn1: { ansible_host: 10.0.0.1 } }, children: { gpu: { hosts: … } } } }` */
export function readAnsibleYaml(document: Values, found: ImportedHosts): void {
  const children: (readonly [string, string])[] = [];
  const walk = (name: string, group: unknown) => {
    if (group === null) return;
    if (!isMap(group)) return found.refuse(name, "is no group of hosts", "a group has `hosts`, `children` and `vars`");
    if (group["vars"] !== undefined) found.notes.add(`variables of group \`${name}\` are left out`);
    for (const [pattern, variables] of Object.entries(mapOf(group["hosts"])))
      addHosts(`${name}.hosts`, pattern, mapOf(variables), name, found);
    for (const [child, inner] of Object.entries(mapOf(group["children"]))) {
      children.push([name, child]);
      walk(child, inner);
    }
  };
  for (const [name, group] of Object.entries(document)) walk(name, group);
  addChildren(children, found);
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapOf(value: unknown): Values {
  return isMap(value) ? value : {};
}

function addHosts(place: string, pattern: string, variables: Values, group: string | undefined, found: ImportedHosts): void {
  const [, names = pattern, port] = /^([^[\]]*(?:\[[^\]]*\][^[\]:]*)*):([0-9]+)$/.exec(pattern) ?? [];
  const hosts = found.expand(place, toHostlist(names));
  found.add(hosts, group);
  for (const host of hosts) {
    if (port !== undefined) found.reach(host, { port: Number(port) });
    for (const [name, value] of Object.entries(variables)) {
      const way = ownValue(WAYS, name);
      if (!way) continue;
      if (String(value).includes("{{")) found.notes.add(`\`${name}\` that is reckoned by Ansible is left out`);
      else if (name === PORT && !/^[0-9]{1,5}$/.test(String(value))) found.refuse(place, `\`${PORT}\` is no port: ${renderValue(value)}`);
      else found.reach(host, way(String(value)));
    }
  }
}

/** `www[01:50:2]` and `db-[a:c]`, whose ends are in it. */
function toHostlist(pattern: string): string {
  const letters = /^(.*)\[([a-z]):([a-z])\](.*)$/.exec(pattern);
  if (letters) {
    const [, head = "", first = "", last = "", tail = ""] = letters;
    const codes = Array.from({ length: last.charCodeAt(0) - first.charCodeAt(0) + 1 }, (_, i) => first.charCodeAt(0) + i);
    return codes.map((code) => toHostlist(`${head}${String.fromCharCode(code)}${tail}`)).join();
  }
  return pattern.replaceAll(/\[([0-9]+):([0-9]+)\]/g, "[$1-$2]").replaceAll(/\[([0-9]+):([0-9]+):([0-9]+)\]/g, (_, ...ends: string[]) => {
    const [low = "", high, step] = ends;
    const numbers: string[] = [];
    for (let n = Number(low); n <= Number(high) && Number(step) > 0; n += Number(step)) numbers.push(String(n).padStart(low.length, "0"));
    return `[${numbers.join()}]`;
  });
}
