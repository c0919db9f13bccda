import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type HostileInput, testRefusals } from "./hostile-input";

const VERSION = "v3.248.0";
const manifest = { time: "2026-01-01T00:00:00Z", magic: createHash("sha256").update(VERSION).digest("hex"), version: VERSION };

const urn = (type: string, name: string) => `urn:pulumi:cygnus::ldms::${type}::${name}`;
const STACK = { urn: urn("pulumi:pulumi:Stack", "ldms-cygnus"), custom: false, type: "pulumi:pulumi:Stack" };
const THING = { urn: urn("a:b:Thing", "one"), custom: true, id: "1", type: "a:b:Thing", parent: STACK.urn };

/** A deployment of two resources, the second one changed. */
const withThing = (changes: object) => ({ manifest, resources: [STACK, { ...THING, ...changes }] });
const exportOf = (deployment: unknown, version: unknown = 3) => JSON.stringify({ version, deployment });

const IMPORT = ["import", "-s", "cygnus"];
const FOR_EXPORT = /\nhelp: import what `ldms export` or `pulumi stack export` printed, unchanged\n$/;

/** Text for `ldms import`, and what is said of it. */
function imported(title: string, stdin: string, says: RegExp): HostileInput {
  return { title, argv: IMPORT, stdin, says: new RegExp(`^import(:| is not valid:\\n {2}- )${says.source}[\\s\\S]*${FOR_EXPORT.source}`) };
}

const IMPORTS: readonly HostileInput[] = [
  imported("nothing", "", / is not JSON/),
  imported("a state that is cut off", exportOf(withThing({})).slice(0, -20), / is not JSON/),
  imported("a text", '"deployment"', / is not an export of version 3/),
  imported("null", "null", / is not an export of version 3/),
  imported("a list", "[]", / is not an export of version 3/),
  imported("an older version", exportOf(withThing({}), 1), / is not an export of version 3/),
  imported("a version that is a text", exportOf(withThing({}), "3"), / is not an export of version 3/),
  imported("no deployment", '{"version":3}', /deployment: is missing/),
  imported("null for a deployment", exportOf(null), /deployment: is empty/),
  imported("a list for a deployment", exportOf([]), /deployment: must be a map: \[\]/),
  imported("no manifest", exportOf({ resources: [STACK] }), /manifest: is missing/),
  imported(
    "a number for a manifest's version",
    exportOf({ manifest: { ...manifest, version: 3 } }),
    /manifest\.version: must be a string: 3/,
  ),
  imported(
    "a magic word of another version",
    exportOf({ manifest: { ...manifest, version: "v9" } }),
    / its `magic` does not fit its `version`/,
  ),
  imported("a map for the resources", exportOf({ manifest, resources: {} }), /resources: must be a list: {}/),
  imported("null for a resource", exportOf({ manifest, resources: [null] }), /resources\[0\]: is empty/),
  imported("a resource without a name", exportOf(withThing({ urn: undefined })), /resources\[1\]\.urn: is missing/),
  imported(
    "a resource with the name of none",
    exportOf(withThing({ urn: "one" })),
    /resources\[1\]\.urn: must be a resource's name of the form/,
  ),
  imported("a resource without a type", exportOf(withThing({ type: undefined })), /resources\[1\]\.type: is missing/),
  imported("a text for `custom`", exportOf(withThing({ custom: "yes" })), /resources\[1\]\.custom: must be true or false: `yes`/),
  imported(
    "an escape of the terminal",
    exportOf(withThing({ custom: "\u001b[2J" })),
    /resources\[1\]\.custom: must be true or false: `\\u001b\[2J`/,
  ),
  imported("a number for an id", exportOf(withThing({ id: 7 })), /resources\[1\]\.id: must be a string: 7/),
  imported("a list for inputs", exportOf(withThing({ inputs: [1] })), /resources\[1\]\.inputs: must be a map: \[1\]/),
  imported("a text for dependencies", exportOf(withThing({ dependencies: STACK.urn })), /resources\[1\]\.dependencies: must be a list: /),
  imported(
    "null for a property's dependencies",
    exportOf(withThing({ propertyDependencies: { a: null } })),
    /resources\[1\]\.propertyDependencies\.a: is empty/,
  ),
  imported(
    "a parent that is nowhere",
    exportOf(withThing({ parent: urn("a:b:C", "x") })),
    /resources\[1\]\.parent: there is no such resource before it: /,
  ),
  imported("a resource that is its own parent", exportOf(withThing({ parent: THING.urn })), /resources\[1\]\.parent: there is no such/),
  imported(
    "a dependency that is nowhere",
    exportOf(withThing({ dependencies: [urn("a:b:C", "x")] })),
    /resources\[1\]\.dependencies: there is no such/,
  ),
  imported(
    "a property's dependency that is nowhere",
    exportOf(withThing({ propertyDependencies: { host: [urn("a:b:C", "x")] } })),
    /resources\[1\]\.propertyDependencies\.host: there is no such/,
  ),
  imported(
    "a provider that is nowhere",
    exportOf(withThing({ provider: `${urn("pulumi:providers:a", "default")}::7` })),
    /resources\[1\]\.provider: there is no such/,
  ),
  imported("two resources of one name", exportOf({ manifest, resources: [STACK, THING, THING] }), /resources\[2\]: is there twice: /),
  imported("a child before its parent", exportOf({ manifest, resources: [THING, STACK] }), /resources\[0\]\.parent: there is no such/),
  imported(
    "an operation that there is not",
    exportOf({ ...withThing({}), pending_operations: [{ resource: THING, type: "burning" }] }),
    /pending_operations\[0\]\.type: must be `creating`, .* or `importing`: `burning`/,
  ),
  imported(
    "a list for the secrets' provider",
    exportOf({ ...withThing({}), secrets_providers: [] }),
    /secrets_providers: must be a map: \[\]/,
  ),
  imported(
    "`__proto__` among a resource's inputs",
    exportOf(withThing({ inputs: { a: 1 } })).replace('"a":1', '"__proto__":{"custom":false}'),
    /deployment\.resources\[1\]\.inputs\.__proto__: no key can be named `__proto__`/,
  ),
  imported(
    "a hundred thousand levels",
    exportOf(withThing({ inputs: { a: 1 } })).replace('"a":1', `"a":${"[".repeat(100_000)}${"]".repeat(100_000)}`),
    /deployment\.resources\[1\]\.inputs\.a.*: is nested deeper than 100 levels/,
  ),
  imported(
    "a hundred mistakes",
    exportOf({ manifest, resources: Array.from({ length: 100 }, () => ({})) }),
    /resources\[0\]\.urn: is missing[\s\S]*\n {2}and 290 more/,
  ),
  {
    title: "a state of another stack",
    argv: IMPORT,
    stdin: exportOf(withThing({})).replaceAll("cygnus::", "prod::"),
    says: /^import: is of another stack, `ldms\/prod`: .*\nhelp: /,
  },
  { title: "a file that is not there", argv: [...IMPORT, "--file", "no.json"], says: /^no\.json: cannot be read \(ENOENT\)\nhelp: / },
  {
    title: "a file that is no UTF-8",
    argv: [...IMPORT, "--file", "bytes"],
    prepare: (folder) => writeFileSync(join(folder, "site/bytes"), Buffer.from([0x7b, 0xff, 0x7d])),
    says: /^bytes: is not UTF-8 text\nhelp: /,
  },
];

/** The file backend has this text in the place of the stack's state. */
function stored(title: string, text: string | Uint8Array, says: RegExp, argv = ["export", "-s", "cygnus"]): HostileInput {
  const prepare = (folder: string) => {
    const states = join(folder, "home/.pulumi/stacks/ldms");
    mkdirSync(states, { recursive: true });
    writeFileSync(join(states, "cygnus.json"), text);
  };
  return { title, argv, prepare, says: new RegExp(`^state[\\s\\S]*${says.source}[\\s\\S]*\\nhelp: .*\\.bak`) };
}

const checkpointOf = (latest: unknown, version: unknown = 3) =>
  JSON.stringify({ version, checkpoint: { stack: "organization/ldms/cygnus", latest } });
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const OUTPUTS = ["outputs", "-s", "cygnus"];
const withOutput = (value: object) => checkpointOf({ manifest, resources: [{ ...STACK, outputs: { ui: value } }] });

const STATES: readonly HostileInput[] = [
  stored("nothing", "", /cygnus\.json`: is not JSON/),
  stored("a state that is cut off", checkpointOf(withThing({})).slice(0, 100), /cygnus\.json`: is not JSON/),
  stored("bytes that are no UTF-8", Buffer.from(`"\xff"`, "latin1"), /cygnus\.json`: is not UTF-8 text/),
  stored("null", "null", /cygnus\.json`: is not of version 3/),
  stored("a later version", checkpointOf(withThing({}), 4), /cygnus\.json`: is not of version 3/),
  stored("null for a checkpoint", '{"version":3,"checkpoint":null}', /cygnus\.json`: is not of version 3/),
  stored("no manifest", checkpointOf({ resources: [STACK] }), /cygnus\.json` is not valid:\n {2}- manifest: is missing/),
  stored("a resource without anything", checkpointOf({ manifest, resources: [{}] }), /resources\[0\]\.urn: is missing/),
  stored(
    "a parent that is nowhere",
    checkpointOf(withThing({ parent: urn("a:b:C", "x") })),
    /resources\[1\]\.parent: there is no such resource/,
  ),
  stored("a hundred thousand levels", `{"version":3,"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, /is nested deeper than 100 levels/),
  stored("a secret that is no JSON", withOutput({ ...SECRET, plaintext: "{" }), /a secret: is not JSON/, OUTPUTS),
  stored("a secret of nothing", withOutput(SECRET), /a secret has neither `ciphertext` nor `plaintext`/, OUTPUTS),
  stored(
    "a secret of a hundred thousand levels",
    withOutput({ ...SECRET, plaintext: "[".repeat(100_000) + "]".repeat(100_000) }),
    /a secret is not valid:\n {2}- .*: is nested deeper than 100 levels/,
    OUTPUTS,
  ),
];

testRefusals("ldms import", IMPORTS);
testRefusals("a state in the backend", STATES);
