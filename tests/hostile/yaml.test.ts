import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type HostileInput, testRefusals } from "./hostile-input";

const SYNTAX = /^Pulumi\.cygnus\.yaml is not valid:\n {2}- line \d+: is not YAML: /;

/** The stack file is this text. */
const stackFile = (content: string | Uint8Array) => (folder: string) => writeFileSync(join(folder, "site/Pulumi.cygnus.yaml"), content);
const projectFile = (content: string) => (folder: string) => writeFileSync(join(folder, "site/Pulumi.yaml"), content);

/** One key more below `config:`. */
const added = (line: string) => ({ "\nconfig:\n": `\nconfig:\n  ${line}\n` });

const ports = (content: string) => ({ "{ ldmsd: 411, ui: 80, grafana: 3000 }": `{ ${content} }` });

/** Nine lists, each of nine of the one before: 387 million texts. */
const BOMB = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ...[..."bcdefghi"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(", ")}]`),
  "config: { ldms:hosts: *i }",
].join("\n");

const STACK_FILES: readonly HostileInput[] = [
  {
    title: "an alias without its anchor",
    prepare: stackFile("config: *c\n"),
    says: /line 1: `\*c` stands for nothing: there is no `&c` before it$/m,
  },
  {
    title: "an alias before its anchor",
    prepare: stackFile("config:\n  ldms:hosts: *h\nothers: &h cygnus-01\n"),
    says: /line 2: `\*h` stands for nothing/,
  },
  {
    title: "an alias within what it stands for",
    prepare: stackFile("config:\n  ldms:hosts: &h [*h]\n"),
    says: /line 2: `\*h` stands inside what it stands for$/m,
  },
  { title: "aliases of aliases that come to 387 million texts", prepare: stackFile(BOMB), says: /comes to more than 1000000 values$/m },
  {
    title: "a hundred thousand aliases",
    prepare: stackFile(`a: &a x\nconfig: { ldms:hosts: [${"*a, ".repeat(100_000)}] }\n`),
    says: /line 2: has more than 1000 aliases$/m,
  },
  { title: "a merge of a text", replaced: ports("<<: 5"), says: /has a `<<` with something else than maps\n {6}help: / },
  {
    title: "a merge key in quotes, which Pulumi merges all the same",
    replaced: ports('"<<": { ldmsd: 10444 }'),
    says: /line \d+: the key `<<` is in quotes, which not every reader heeds\n {6}help: /,
  },
  {
    title: "two merge keys in one map",
    replaced: ports("<<: { ui: 1 }, <<: { ui: 2 }"),
    says: /the key `<<` is there twice/,
  },
  { title: "a key twice", replaced: added("ldms:xprt: sock"), says: /line \d+: the key `ldms:xprt` is there twice\n {6}help: keep one/ },
  { title: "a key twice within a value", replaced: added("ldms:munge: { mode: none, mode: key }"), says: /the key `mode` is there twice/ },
  {
    title: "a key with and without its namespace",
    replaced: added("xprt: sock"),
    says: /ldms:xprt: is there with and without its `ldms:`\nhelp: /,
  },
  {
    title: "several mistakes, each with its line",
    prepare: stackFile("config:\n  ldms:a: 1\n  ldms:a: *b\n  ldms:c: !d 1\n"),
    says: /line 3: the key `ldms:a`[\s\S]*line 3: `\*b`[\s\S]*line 4: has the tag/,
  },
  {
    title: "a tag that runs code elsewhere",
    replaced: added('ldms:tolerate: !!js/function "() => 1"'),
    says: /has the tag `!!js\/function`/,
  },
  {
    title: "a tag of Python's",
    replaced: added('ldms:tolerate: !!python/object/apply:os.system ["id"]'),
    says: /has the tag `!!python\/object/,
  },
  { title: "a tag of the file's own", replaced: added("ldms:tolerate: !number 1"), says: /has the tag `!number`\n {6}help: / },
  { title: "bytes in base64", replaced: added("ldms:tolerate: !!binary MQ=="), says: /has the tag `!!binary`/ },
  {
    title: "a second document, which Pulumi would not read",
    prepare: stackFile("config:\n  ldms:tolerate: 1\n---\nconfig:\n  ldms:tolerate: 100\n"),
    says: /line 3: begins a second document, which nobody would read\n {6}help: /,
  },
  {
    title: "another YAML than Pulumi's",
    prepare: stackFile("%YAML 1.1\n---\nconfig: {}\n"),
    says: /line 1: has a `%YAML` line\n {6}help: /,
  },
  {
    title: "a number that Pulumi takes for an octal one",
    replaced: added("ldms:tolerate: 010"),
    says: /`010` is not the same to every reader/,
  },
  { title: "a number with underscores", replaced: added("ldms:tolerate: 1_0"), says: /`1_0` is not the same to every reader/ },
  {
    title: "a day, which Pulumi takes for a time",
    replaced: added("ldms:tolerate: 2027-03-31"),
    says: /`2027-03-31` is not .*\n {6}help: put it in quotes/,
  },
  {
    title: "a number too large to be kept",
    replaced: added("ldms:tolerate: 12345678901234567890"),
    says: /`12345678901234567890` is not the same/,
  },
  { title: "no number at all", replaced: added("ldms:tolerate: .inf"), says: /`\.inf` is not the same to every reader/ },
  { title: "a key that is nothing", replaced: added("~: 1"), says: /the key `~` is no text\n {6}help: put it in quotes/ },
  { title: "a list for a key", replaced: added("? [ldms:hosts]\n  : 1"), says: /a key is a list, a map or an alias/ },
  {
    title: "ten million brackets",
    prepare: stackFile("[".repeat(10_000_000)),
    says: /Pulumi\.cygnus\.yaml: is larger than 1048576 bytes\nhelp: /,
  },
  {
    title: "a hundred thousand brackets",
    prepare: stackFile(`config: ${"[".repeat(100_000)}`),
    says: /line 1: is nested deeper than 100 levels$/m,
  },
  {
    title: "a hundred thousand braces",
    prepare: stackFile(`config: ${"{a: ".repeat(100_000)}`),
    says: /line 1: is nested deeper than 100/,
  },
  {
    title: "a hundred thousand dashes",
    prepare: stackFile(`config: \n${"- ".repeat(100_000)}`),
    says: /line 2: is nested deeper than 100/,
  },
  {
    title: "levels by indentation",
    prepare: stackFile(Array.from({ length: 300 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")),
    says: /line \d+: is nested deeper than 100/,
  },
  {
    title: "JSON of a hundred thousand levels in a text",
    replaced: added(`ldms:tolerate: "${"[".repeat(100_000)}${"]".repeat(100_000)}"`),
    says: /tolerate\[0\].*: is nested deeper than 100 levels/,
  },
  { title: "a NUL byte", replaced: added('ldms:tolerate: "\0"'), says: /line \d+: has a control character, which is no text\n {6}help: / },
  { title: "an escape of the terminal in a comment", replaced: added("# \u001b[2J"), says: /line \d+: has a control character/ },
  {
    title: "bytes that are no UTF-8",
    prepare: stackFile(Buffer.from("config:\n  ldms:hosts: cygnus-\xff\n", "latin1")),
    says: /is not UTF-8 text\nhelp: save it/,
  },
  { title: "UTF-16", prepare: stackFile(Buffer.from("\ufeffconfig:\n  ldms:hosts: cygnus-01\n", "utf16le")), says: /is not UTF-8 text/ },
  { title: "a tab for blanks", prepare: stackFile("config:\n\tldms:hosts: cygnus-01\n"), says: SYNTAX },
  { title: "a text without its end", prepare: stackFile('config:\n  ldms:hosts: "cygnus-01\n'), says: SYNTAX },
  { title: "a list where the settings are to be", prepare: stackFile("- ldms:hosts\n"), says: /is not a map of settings\nhelp: / },
  { title: "a text for `config`", prepare: stackFile("config: cygnus-01\n"), says: /config: is not a map of keys to values\nhelp: / },
  {
    title: "a map for the salt",
    prepare: stackFile("encryptionsalt: { v1: x }\nconfig: {}\n"),
    says: /encryptionsalt: is not a text\nhelp: /,
  },
  {
    title: "a folder of the stack file's name",
    prepare: (folder) => {
      rmSync(join(folder, "site/Pulumi.cygnus.yaml"));
      mkdirSync(join(folder, "site/Pulumi.cygnus.yaml"));
    },
    says: /Pulumi\.cygnus\.yaml: is not a file\nhelp: /,
  },
  {
    title: "a device without an end",
    prepare: (folder) => {
      rmSync(join(folder, "site/Pulumi.cygnus.yaml"));
      symlinkSync("/dev/zero", join(folder, "site/Pulumi.cygnus.yaml"));
    },
    says: /Pulumi\.cygnus\.yaml: is not a file\nhelp: /,
  },
];

const FREE_KEYS: readonly HostileInput[] = [
  {
    title: "`__proto__` as a plugin's setting",
    replaced: { "config: { perm: ": "config: { __proto__: 1, perm: " },
    says: /samplers\[0\]\.plugins\[\d\]\.config\.__proto__: no key can be named `__proto__`\n {6}help: /,
  },
  {
    title: "`__proto__` as a setting of the stack",
    replaced: added("ldms:__proto__: { xprt: sock }"),
    says: /__proto__: no key can be named `__proto__`/,
  },
  {
    title: "`__proto__` in JSON",
    replaced: added(`ldms:componentIds: '{"__proto__": 7}'`),
    says: /componentIds\.__proto__: no key can be named/,
  },
  { title: "`<<` in JSON", replaced: added(`ldms:componentIds: '{"<<": 7}'`), says: /componentIds\.<<: no key can be named `<<`/ },
  {
    title: "`__proto__` by way of a merge key",
    replaced: added("ldms:componentIds: { <<: { __proto__: 7 } }"),
    says: /componentIds\.__proto__: no key/,
  },
];

const PROJECT_FILES: readonly HostileInput[] = [
  {
    title: "an alias in Pulumi.yaml that stands for nothing",
    prepare: projectFile("name: *n\nruntime: nodejs\n"),
    says: /^Pulumi\.yaml is not valid:\n {2}- line 1: `\*n`/,
  },
  {
    title: "a name twice in Pulumi.yaml",
    prepare: projectFile("name: ldms\nname: other\nruntime: nodejs\n"),
    says: /line 2: the key `name` is there twice/,
  },
  {
    title: "a project that leads out of the state's folder",
    prepare: projectFile("name: ../../elsewhere\nruntime: nodejs\n"),
    says: /- name: must be up to 100 letters/,
  },
  { title: "a project of two dots", prepare: projectFile("name: ..\nruntime: nodejs\n"), says: /- name: must be up to 100 letters/ },
  { title: "a project without a runtime", prepare: projectFile("name: ldms\n"), says: /^Pulumi\.yaml is not valid:\n {2}- runtime: / },
  {
    title: "another language's project",
    prepare: projectFile("name: ldms\nruntime: python\n"),
    says: /runs the runtime `nodejs` only: `python`\nhelp: /,
  },
  { title: "a Pulumi.yaml of braces", prepare: projectFile("{".repeat(500_000)), says: /is nested deeper than 100 levels/ },
  { title: "no Pulumi.yaml", prepare: (folder) => rmSync(join(folder, "site/Pulumi.yaml")), says: /Pulumi\.yaml: cannot be read\nhelp: / },
];

/** A site's own ldms_cfg.yaml. */
const ownConfig = (content: string | Uint8Array) => ({
  replaced: { "ldms:maestro: { ": "ldms:maestro: { configFile: own.yaml, " },
  prepare: (folder: string) => writeFileSync(join(folder, "site/own.yaml"), content),
});

const OWN_FILES: readonly HostileInput[] = [
  {
    title: "Python in an own ldms_cfg.yaml",
    ...ownConfig('daemons: !!python/object/apply:os.system ["id"]\n'),
    says: /configFile: `own\.yaml`: line 1: has the tag `!!python/,
  },
  {
    title: "an own ldms_cfg.yaml of aliases of aliases",
    ...ownConfig(BOMB),
    says: /configFile: `own\.yaml`: the whole: comes to more than/,
  },
  {
    title: "an own ldms_cfg.yaml of brackets",
    ...ownConfig("[".repeat(200_000)),
    says: /configFile: `own\.yaml`: line 1: is nested deeper than/,
  },
  {
    title: "an own ldms_cfg.yaml that is no UTF-8",
    ...ownConfig(Buffer.from([0xff, 0xfe])),
    says: /configFile: cannot be read as UTF-8 text: `own\.yaml`/,
  },
  {
    title: "an own ldms_cfg.yaml with an escape of the terminal",
    ...ownConfig('daemons: [{ names: a, hosts: cygnus-01-iw, endpoints: [{ names: a, ports: 411, xprt: "\\e[2J", auth: munge }] }]\n'),
    says: /xprt is `\\u001b\[2J`/,
  },
  {
    title: "a pipe that nobody writes to as an own file",
    replaced: { "ldms:maestro: { ": "ldms:maestro: { configFile: own.yaml, " },
    prepare: (folder) => void execFileSync("mkfifo", [join(folder, "site/own.yaml")]),
    says: /configFile: cannot be read as UTF-8 text/,
  },
];

testRefusals("the YAML of a stack file", STACK_FILES);
testRefusals("free keys", FREE_KEYS);
testRefusals("the YAML of Pulumi.yaml", PROJECT_FILES);
testRefusals("the YAML of an own file", OWN_FILES);
