import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { INSTALLED_PROGRAM, PACKAGES, renderProgram } from "../../automation/own-program";
import type { RunOptions } from "../../automation/run-options";
import { Settled } from "../../automation/settled";
import { looksSettled, settledPath } from "../../automation/settled-file";
import { readSitePlan } from "../../automation/site-plan";
import type { EarlySweep } from "../../operations/observe/early-sweep";
import type { Sweep } from "../../operations/observe/sweep";
import type { StackLocation } from "../../stack/open-stack";

const CONFIG = {
  method: "fan-out",
  xprt: "sock",
  munge: { mode: "none" },
  hosts: "node-[1-2]",
  ssh: { key: "id", knownHosts: "known_hosts" },
  samplers: [
    {
      hosts: "node-[1-2]",
      container: "samp",
      plugins: [{ name: "meminfo", interval: "1s" }],
      files: [{ file: "motd", path: "/etc/motd" }],
    },
  ],
};

const CLEAN: Sweep = { sameCount: 2, differing: [], unknown: [], retired: [], generations: { "fan-out-samp-1": 1, "fan-out-samp-2": 1 } };
const STATE = "5".repeat(64);

describe("what is known of a settled stack", () => {
  let location: StackLocation;
  const path = (name: string) => join(location.projectFolder, name);
  beforeEach(() => {
    const projectFolder = mkdtempSync(join(tmpdir(), "ldms-settled-"));
    location = { projectFolder, stack: "dev", backendUrl: `file://${projectFolder}/state`, passphrase: "p" };
    symlinkSync(PACKAGES, path("node_modules"));
    const files = {
      "index.js": renderProgram(),
      "Pulumi.yaml": "name: ldms\nruntime: nodejs\nmain: index.js\n",
      motd: "hello\n",
      id: "key\n",
      known_hosts: "",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path(name), text);
    configure({});
  });
  afterEach(() => rmSync(location.projectFolder, { recursive: true }));

  function configure(changes: Readonly<Record<string, unknown>>): void {
    const config = Object.entries({ ...CONFIG, ...changes }).map(([key, value]) => [`ldms:${key}`, value]);
    writeFileSync(path("Pulumi.dev.yaml"), stringify({ config: Object.fromEntries(config) }));
  }

  const settled = async (options: RunOptions = {}) => Settled.of(location, await readSitePlan(location), options);
  const sweepOf = (sweep: Partial<Sweep> | undefined): EarlySweep => ({
    environment: {},
    found: Promise.resolve(sweep && { ...CLEAN, ...sweep }),
    close: async () => undefined,
  });
  const keep = async (sweep: Partial<Sweep> = {}) => (await settled())?.keep(STATE, sweepOf(sweep));
  const find = async (sweep: Partial<Sweep> | undefined = {}, options: RunOptions = {}) => {
    const ask = (await settled(options))?.find(sweepOf(sweep));
    return ask && (await ask(STATE));
  };

  it("is the state, and what a sweep says of hosts that are as planned", async () => {
    assert.equal(await find(), undefined);
    await keep();
    assert.deepEqual(await find(), ["sweep: 2 hosts are as planned"]);
  });

  const EDITS: Readonly<Record<string, () => void>> = {
    "the stack file": () => configure({ samplers: [{ ...CONFIG.samplers[0], container: "other" }] }),
    "a comment in it": () => writeFileSync(path("Pulumi.dev.yaml"), `# new\n${readFileSync(path("Pulumi.dev.yaml"), "utf8")}`),
    "Pulumi.yaml": () => writeFileSync(path("Pulumi.yaml"), `${readFileSync(path("Pulumi.yaml"), "utf8")}description: new\n`),
    "a file that it names": () => writeFileSync(path("motd"), "new\n"),
    "the key": () => writeFileSync(path("id"), "new\n"),
    "a key that is gone": () => rmSync(path("id")),
    "the known hosts": () => writeFileSync(path("known_hosts"), "new\n"),
    "the program": () => writeFileSync(path("index.js"), `${renderProgram()}require("./more");\n`),
  };
  for (const [what, edit] of Object.entries(EDITS))
    it(`is nothing behind another one: ${what}`, async () => {
      await keep();
      edit();
      const now = await settled();
      assert.equal(now === undefined, what === "the program");
      assert.equal(now?.find(sweepOf({})), undefined);
    });

  const SWEEPS: Readonly<Record<string, Partial<Sweep> | undefined>> = {
    "a host differs": { sameCount: 1, differing: [{ host: "node-2", things: ["samp:create"] }] },
    "a host does not answer": { sameCount: 1, unknown: [{ host: "node-2", message: "Connection timed out" }] },
    "a host that has left is waited for": { retired: ["node-3"] },
    "drift was found since": { generations: { "fan-out-samp-1": 1, "fan-out-samp-2": 2 } },
    "the sweep has failed": undefined,
  };
  for (const [when, sweep] of Object.entries(SWEEPS))
    it(`is nothing where ${when}`, async () => {
      await keep();
      const ask = (await settled())?.find(sweepOf(sweep));
      assert.equal(await ask?.(STATE), undefined);
    });

  it("is kept of hosts that have all answered, also where something was done on them", async () => {
    await keep({ sameCount: 1, unknown: [{ host: "node-2", message: "Connection timed out" }] });
    assert.equal(await find(), undefined);
    // The first time there is nothing on the head, and each batch gets the number 1.
    await keep({ sameCount: 0, differing: ["node-1", "node-2"].map((host) => ({ host, things: ["samp:create"] })), generations: {} });
    assert.notEqual(await find(), undefined);
  });

  it("is not kept where a file has changed during the run", async () => {
    const before = await settled();
    writeFileSync(path("motd"), "new\n");
    await before?.keep(STATE, sweepOf({}));
    assert.equal(await find(), undefined);
    writeFileSync(path("motd"), "hello\n");
    assert.equal(await find(), undefined);
  });

  it("is not kept where a file has become another one and the same again: the program may have read the other", async () => {
    for (const name of ["motd", "Pulumi.dev.yaml", "id"]) {
      const before = await settled();
      const text = readFileSync(path(name));
      writeFileSync(path(name), "another: 1\n");
      writeFileSync(path(name), text);
      await before?.keep(STATE, sweepOf({}));
      assert.equal(await find(), undefined, name);
    }
  });

  it("lets a run end well whose files nobody can read any more", async () => {
    const before = await settled();
    writeFileSync(path("Pulumi.dev.yaml"), "half: [");
    await before?.keep(STATE, sweepOf({}));
    rmSync(path("Pulumi.dev.yaml"));
    await before?.keep(STATE, sweepOf({}));
    assert.equal(existsSync(settledPath(location)), false);
  });

  it("is of one state", async () => {
    await keep();
    const ask = (await settled())?.find(sweepOf({}));
    assert.equal(await ask?.("6".repeat(64)), undefined);
    assert.notEqual(await ask?.(STATE), undefined);
  });

  it("is nothing where a site stands on a package that is not this one", async () => {
    writeFileSync(path("index.js"), INSTALLED_PROGRAM);
    assert.equal(await settled(), undefined);
    rmSync(path("node_modules"));
    mkdirSync(path("node_modules/ldms"), { recursive: true });
    writeFileSync(path("node_modules/ldms/package.json"), '{"name":"ldms","exports":{"./program":"./program.js"}}');
    writeFileSync(path("node_modules/ldms/program.js"), "");
    assert.equal(await settled(), undefined);
  });

  const PARTS: readonly RunOptions[] = [
    ...[{ refresh: true }, { takeOver: true }, { onlyFailed: true }, { expect: "latest" }],
    ...[{ targets: ["**"] }, { excludes: ["**"] }, { policyPacks: ["policies"] }],
  ];
  for (const options of PARTS)
    it(`is nothing for a run with ${JSON.stringify(options)}`, async () => {
      await keep();
      assert.equal(await settled(options), undefined);
    });

  it("is nothing of images that are built, of another program, nor of a state that is not in files", async () => {
    writeFileSync(path("index.js"), "module.exports = {};\n");
    assert.equal(await settled(), undefined);
    writeFileSync(path("index.js"), renderProgram());
    assert.notEqual(await settled(), undefined);
    writeFileSync(path("Pulumi.yaml"), "name: ldms\nruntime: nodejs\nmain: other.js\n");
    assert.equal(await settled(), undefined);
    writeFileSync(path("Pulumi.yaml"), "name: ldms\nruntime: nodejs\nmain: index.js\n");
    const site = await readSitePlan(location);
    assert.equal(await Settled.of({ ...location, backendUrl: "https://cloud" }, site, {}), undefined);
    configure({ images: { source: "build", ovis: "ovis" } });
    assert.equal(await settled(), undefined);
  });

  it("needs no sweep by the method docker", async () => {
    configure({ method: "docker" });
    await (await settled())?.keep(STATE, undefined);
    assert.deepEqual(await (await settled())?.find(undefined)?.(STATE), []);
  });

  it("is nothing where what was kept is damaged", async () => {
    await keep();
    for (const text of ["", "{}", "[1]", "null", '{"asked":1}']) {
      writeFileSync(settledPath(location), text);
      assert.equal(await find(), undefined, text);
    }
  });

  it("can be guessed from the stack's file alone", async () => {
    assert.equal(looksSettled(location), false);
    await keep();
    assert.equal(looksSettled(location), true);
    configure({});
    assert.equal(looksSettled(location), true);
    configure({ tolerate: 1 });
    assert.equal(looksSettled(location), false);
    assert.equal(looksSettled({ ...location, stack: "other" }), false);
    rmSync(path("Pulumi.dev.yaml"));
    assert.equal(looksSettled(location), false);
  });

  it("is left out where nothing can be written", async () => {
    mkdirSync(settledPath(location), { recursive: true });
    await keep();
    assert.equal(await find(), undefined);
  });
});
