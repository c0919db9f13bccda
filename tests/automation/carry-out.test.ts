import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type CarriedOut, type CarryOutArgs, carryOut } from "../../automation/carry-out";
import { renderProgram } from "../../automation/own-program";
import type { EngineRunArgs } from "../../automation/stack-engine";
import { HostsNotReadyError } from "../../operations/preflight/pass-preflight";
import { PlanViolationError } from "../../plan/rules/violation";
import { withPrograms } from "../operations/fake-programs";

const CONFIG = {
  xprt: "sock",
  munge: { mode: "none" },
  hosts: "node-[1-2]",
  ssh: { address: "node-[1-2].invalid", overrides: [{ hosts: "node-1", local: true }] },
  tolerate: 1,
  samplers: [{ hosts: "node-[1-2]", container: "samp", plugins: [{ name: "meminfo", interval: "1s" }] }],
};

/** The engine of node-1, as it is before anything is deployed. */
const DOCKER = '[ "$1" != version ] || echo 26.1.5';

// What the engine is asked for, with an engine that only keeps it; node-2 is dead.
describe("carryOut", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-carry-"));
    mkdirSync(join(folder, "state"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: ldms\nruntime: nodejs\n");
    configure({});
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function configure(changes: Readonly<Record<string, unknown>>): void {
    const config = Object.entries({ ...CONFIG, ...changes }).map(([key, value]) => [`ldms:${key}`, value]);
    writeFileSync(join(folder, "Pulumi.dev.yaml"), stringify({ config: Object.fromEntries(config) }));
  }

  const keptFile = () => join(folder, ".ldms/dev/preflight.json");

  async function run(
    args: Partial<CarryOutArgs>,
    docker = DOCKER,
    state?: string,
  ): Promise<{ readonly asked: EngineRunArgs; readonly keptPreflight: string; readonly end: CarriedOut }> {
    let asked: EngineRunArgs | undefined;
    let keptPreflight = "";
    const engine = {
      async run(engineArgs: EngineRunArgs) {
        asked = engineArgs;
        keptPreflight = existsSync(keptFile()) ? readFileSync(keptFile(), "utf8") : "";
        return { outputs: {}, changes: { create: 3 }, state };
      },
    };
    const end = await withPrograms({ docker }, () =>
      carryOut({
        location: { projectFolder: folder, stack: "dev", backendUrl: `file://${folder}/state`, passphrase: "p" },
        openEngine: () => engine,
        engine: "embedded",
        verb: "up",
        options: {},
        onEvent: () => undefined,
        pace: async () => undefined,
        signal: new AbortController().signal,
        ...args,
      }),
    );
    assert.ok(asked);
    return { asked, keptPreflight, end };
  }

  it("leaves dead samplers that are tolerated out of an up, and says so", async () => {
    const { asked, end } = await run({ options: { excludes: ["**::mine"] } });
    assert.deepEqual(asked.excludes, ["**::mine", "**::node-2-files", "**::node-2-ldms-samp", "**::node-2-samp", "**::node-2-deployed"]);
    assert.deepEqual(end, { outputs: {}, changes: { create: 3 }, skippedHosts: ["node-2"] });
  });

  it("leaves the words out with what they are about, of the program's verbs alone", async () => {
    const host = "urn:pulumi:dev::ldms::ldms:index:Cluster$ldms:index:Host$";
    const said = async (exclude: string, verb: "preview" | "destroy" = "preview") =>
      (await run({ verb, options: { excludes: [exclude] } })).asked.excludes.slice(1);
    assert.deepEqual(await said("**::node-1-samp"), ["**::node-1-deployed"]);
    assert.deepEqual(await said(`${host}docker:index/container:Container::node-1-samp`), ["**::node-1-deployed"]);
    assert.deepEqual(await said(`${host}command:remote:Command::node-2-files`), ["**::node-2-deployed"]);
    assert.deepEqual(await said(`${host}command:local:Command::node-2-files`), []);
    assert.deepEqual(await said("**:Container::*"), ["**::node-1-deployed", "**::node-2-deployed"]);
    for (const whole of ["**::node-1-*", "**::node-3-samp"]) assert.deepEqual(await said(whole), []);
    assert.deepEqual(await said("**::node-1-samp", "destroy"), []);
    configure({ method: "fan-out" });
    assert.deepEqual(await said("**::fan-out-samp-*"), []);
    assert.deepEqual(await said("**:Command::fan-out-samp*"), ["**::fan-out-samp-deployed", "**::fan-out-samp-b-deployed"]);
  });

  it("names them to the program, which may have to ask them once more", async () => {
    const environmentOf = async (args: Parameters<typeof run>[0]) => {
      const { LDMS_KEEP: _, ...others } = (await run(args)).asked.environment;
      return others;
    };
    assert.deepEqual(await environmentOf({}), { LDMS_LEFT_OUT: "node-2" });
    assert.deepEqual(await environmentOf({ verb: "preview" }), {});
  });

  it("begins no up where too many are dead", async () => {
    configure({ tolerate: 0 });
    await assert.rejects(run({}), HostsNotReadyError);
  });

  it("leaves its preflight for the program while the engine runs, and not longer", async () => {
    const { keptPreflight } = await run({});
    assert.deepEqual(
      (JSON.parse(keptPreflight) as { answers: { hosts: readonly { state: string }[] } }).answers.hosts.map(({ state }) => state),
      ["ok", "dead"],
    );
    assert.equal(existsSync(keptFile()), false);
  });

  it("looks at no host for the other verbs, nor for images, nor by fan-out", async () => {
    for (const verb of ["preview", "refresh", "destroy"] as const) assert.deepEqual((await run({ verb })).asked.excludes, []);
    assert.deepEqual((await run({ scope: "images" })).asked.excludes, []);
    configure({ method: "fan-out" });
    assert.deepEqual((await run({})).asked.excludes, []);
  });

  it("begins the sweep of the method fan-out before the engine, for the program to take, where it will take one", async () => {
    const isBegun = async (args: Partial<CarryOutArgs>) => "LDMS_EARLY_SWEEP" in (await run(args)).asked.environment;
    assert.equal(await isBegun({ verb: "preview" }), false);
    configure({ method: "fan-out" });
    const verbs = ["preview", "up", "refresh", "destroy"] as const;
    assert.deepEqual(await Promise.all(verbs.map((verb) => isBegun({ verb }))), [true, true, false, false]);
    assert.equal(await isBegun({ scope: "images" }), false);
    configure({ method: "fan-out", images: { source: "build", ovis: "ovis" } });
    assert.equal(await isBegun({ verb: "preview" }), false);
    configure({ method: "fan-out" });
    process.env["LDMS_SWEEP"] = "off";
    assert.equal(await isBegun({ verb: "preview" }).finally(() => delete process.env["LDMS_SWEEP"]), false);
  });

  it("tells the engine what state the last whole `up` has left, of nothing but such a one", async () => {
    const state = "5".repeat(64);
    const isTold = async (args: Partial<CarryOutArgs>, left?: string) => (await run(args, DOCKER, left)).asked.settled !== undefined;
    configure({ hosts: "node-1", ssh: { local: true }, samplers: [{ ...CONFIG.samplers[0], hosts: "node-1" }] });
    assert.equal(await isTold({}, state), false);
    // Of a program that is not ours nobody knows what it follows from.
    assert.equal(await isTold({}), false);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: ldms\nruntime: nodejs\nmain: index.js\n");
    writeFileSync(join(folder, "index.js"), renderProgram());
    assert.equal(await isTold({ scope: "images", options: { targets: ["**::images"] } }, state), false);
    assert.equal(await isTold({}), false);
    assert.equal(await isTold({}, state), false);
    assert.equal(await isTold({}), true);
    for (const args of [{ verb: "preview" }, { engine: "pulumi" }, { options: { refresh: true } }, { scope: "images" }] as const)
      assert.equal(await isTold(args), false, JSON.stringify(args));
    const { settled } = (await run({})).asked;
    assert.deepEqual([await settled?.(state), await settled?.("6".repeat(64))], [[], undefined]);
  });

  it("tells it nothing where a dead host is left out", async () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: ldms\nruntime: nodejs\nmain: index.js\n");
    writeFileSync(join(folder, "index.js"), renderProgram());
    await run({}, DOCKER, "5".repeat(64));
    assert.equal(existsSync(join(folder, ".ldms/dev/settled.json")), false);
  });

  it("goes on behind a failed step where something is changed on hosts", async () => {
    const verbs = ["preview", "up", "refresh", "destroy"] as const;
    const found = await Promise.all(verbs.map(async (verb) => (await run({ verb, scope: "images" })).asked.continuesOnError));
    assert.deepEqual(found, [false, true, false, true]);
  });

  it("refuses what breaks a rule, and takes it away", async () => {
    const stores = [
      { name: "sos", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/dev/shm/ldms" },
    ];
    configure({ aggregators: [{ name: "agg1", level: 1, hosts: "node-1", port: 412, interval: "1s", stores }] });
    await assert.rejects(run({ scope: "images" }), PlanViolationError);
    assert.equal((await run({ verb: "destroy" })).asked.verb, "destroy");
  });

  /** Once it is deployed: samp runs on node-1. */
  const DEPLOYED = `case "$1" in
version) echo 26.1.5 ;;
ps) [ "$3" != --quiet ] || echo id ;;
inspect) printf '/samp\\tsampler\\trunning\\thealthy\\ti\\ti\\tt\\t0\\n' ;;
esac`;

  it("waits behind an up where it is told to, for the hosts that were not left out", async () => {
    const { end } = await run({ options: { waitSeconds: 20 } }, DEPLOYED);
    assert.deepEqual([end.data?.isWell, end.data?.deadHosts, end.data?.stores], [true, ["node-2"], []]);
  });

  it("does not wait behind a part of an up, nor behind another verb", async () => {
    for (const args of [
      { options: { waitSeconds: 20, targets: ["**::node-1-samp"] } },
      { options: { waitSeconds: 20, excludes: ["**::node-1-samp"] } },
      { options: { waitSeconds: 20 }, scope: "images" },
      { options: { waitSeconds: 20 }, verb: "refresh" },
      { options: {} },
    ] as const) {
      assert.equal((await run(args, DEPLOYED)).end.data, undefined);
    }
  });
});
