import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmbeddedEngine } from "../../automation/embedded-engine";
import { findFailedHosts } from "../../automation/failed-hosts";
import { fillWorkFolder } from "../../automation/fill-work-folder";
import { excludesOfOthers, findOpenHosts } from "../../automation/only-failed";
import type { RunOptions } from "../../automation/run-options";
import { Site } from "../../automation/site";
import { type RunRecordJson, RunRecords } from "../../stack/run-records";
import { withPrograms } from "../operations/fake-programs";
import { examplePlan } from "../unit/example-stack";
import { IDLE_SITE, idleProvider } from "./idle-hosts";

const SITE = { ...IDLE_SITE, munge: { mode: "none" }, tolerate: 1 };
const CHANGED = { ...SITE, samplers: [{ ...SITE.samplers[0], plugins: [{ name: "meminfo", interval: "2s" }] }] };
const DOCKER = '[ "$1" != version ] || echo 26.1.5';
/** Every host is this machine, but for those that are dead. */
const sshBut = (dead: string) => `for word in "$@"; do
  case $word in root@${dead || "none"}) echo 'ssh: connect to host x port 22: No route to host' >&2; exit 255 ;; esac
done
while [ $# -gt 1 ]; do shift; done
exec sh -c "$1"`;

describe("Site.up({ onlyFailed })", function () {
  this.timeout(300_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-only-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const location = () => ({ projectFolder: `${folder}/site`, stack: "idle", backendUrl: `file://${folder}/state`, passphrase: "p" });

  /** What one run did, on hosts of which some are dead and some steps fail. */
  async function up(
    config: Readonly<Record<string, unknown>>,
    options: RunOptions,
    { dead = "", failing = [] }: { readonly dead?: string; readonly failing?: readonly string[] } = {},
  ): Promise<{ readonly steps: readonly string[]; readonly only: readonly string[] | undefined; readonly error: string | undefined }> {
    await fillWorkFolder(location(), { config });
    const engine = new EmbeddedEngine(location(), (name) => idleProvider(name, location().projectFolder, failing));
    const site = new Site({ name: "embedded", location: location(), open: () => engine, records: () => engine });
    let only: readonly string[] | undefined;
    const run = site.up({
      ...options,
      onHosts: (hosts) => {
        only = hosts;
      },
    });
    const end = await withPrograms({ docker: DOCKER, ssh: sshBut(dead), getent: "exit 0" }, () =>
      run.result.then(
        ({ steps }) => ({ steps: steps.map(({ op, name }) => `${op} ${name}`).sort(), error: undefined }),
        (error: Error) => ({ steps: [], error: error.name }),
      ),
    );
    return { ...end, only };
  }

  it("deploys where the last run failed or left out hosts, and nowhere else, until nothing is left", async () => {
    const first = await up(SITE, {}, { dead: "cygnus-02", failing: ["cygnus-01-samp"] });
    assert.equal(first.error, "StepFailedError");
    const again = await up(CHANGED, { onlyFailed: true });
    assert.deepEqual([again.error, again.only], [undefined, ["cygnus-01", "cygnus-02"]]);
    for (const host of again.only ?? []) assert.ok(again.steps.includes(`create ${host}-samp`), again.steps.join());
    assert.deepEqual(
      again.steps.filter((step) => !/cygnus-0[12]/.test(step)),
      [],
    );

    const runs = () => readdirSync(join(folder, "state/.pulumi/history/ldms/idle")).filter((name) => name.startsWith("run-")).length;
    const before = runs();
    assert.deepEqual(await up(CHANGED, { onlyFailed: true }), { steps: [], only: [], error: undefined });
    assert.equal(runs(), before);
  });

  it("takes no other choice of resources beside it, and is for no other verb", async () => {
    await fillWorkFolder(location(), { config: SITE });
    const refused = { name: "BadInputError", message: /^onlyFailed: / };
    const site = new Site({ name: "embedded", location: location(), open: () => assert.fail(), records: () => assert.fail() });
    for (const options of [{ targets: ["**::cygnus-01-samp"] }, { excludes: ["**::cygnus-01-samp"] }])
      await assert.rejects(site.up({ ...options, onlyFailed: true }).result, refused);
    for (const verb of ["destroy", "refresh"] as const) await assert.rejects(site[verb]({ onlyFailed: true }).result, refused);
  });
});

describe("findOpenHosts", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-open-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const plan = examplePlan();

  /** Of these runs, the first one first. */
  async function openAfter(...runs: readonly Partial<RunRecordJson>[]): Promise<readonly string[]> {
    const location = { projectFolder: folder, stack: "cygnus", backendUrl: `file://${folder}/state` };
    await fillWorkFolder(location, { config: {} });
    const records = await RunRecords.of(location);
    for (const run of runs) await records.begin({ ...RECORD, ...run });
    return findOpenHosts(location, plan, {});
  }

  const FAILED = { result: "failed", failedHosts: ["cygnus-01"], skippedHosts: ["cygnus-03"] } as const;
  for (const [title, runs, expected] of [
    ["has what the last run failed on and left out", [FAILED], ["cygnus-01", "cygnus-03"]],
    ["has nothing where all went well", [{}], []],
    ["goes by the last run of the whole stack", [FAILED, { failedHosts: ["cygnus-02"] }], ["cygnus-02"]],
    [
      "keeps what a run of a part did not look at",
      [FAILED, { isPartial: true, failedHosts: ["cygnus-02"] }],
      ["cygnus-01", "cygnus-02", "cygnus-03"],
    ],
    [
      "knows what a run of the same kind has mended",
      [FAILED, { isPartial: true, isOfFailed: true, failedHosts: ["cygnus-03"] }],
      ["cygnus-03"],
    ],
    ["passes over a refresh", [FAILED, { verb: "refresh" }], ["cygnus-01", "cygnus-03"]],
    ["passes over hosts that have left the stack", [{ failedHosts: ["cygnus-99", "cygnus-02"] }], ["cygnus-02"]],
    ["goes on from a run that failed and says on which", [{ ...FAILED, failedHosts: [] }], ["cygnus-03"]],
  ] as const)
    it(title, async () => assert.deepEqual(await openAfter(...(runs as readonly Partial<RunRecordJson>[])), expected));

  const NOT_SAID = /^onlyFailed: run \d does not say what it left undone: it /;
  for (const [title, runs, message] of [
    ["no run at all", [], /^onlyFailed: no run has deployed the stack yet\nhelp: ldms up -s cygnus$/],
    ["a part that alone was deployed", [{ isPartial: true }], /^onlyFailed: no run has deployed/],
    ["a destroy", [{}, { verb: "destroy" }], /^onlyFailed: no run has deployed/],
    ["a run that was cut off", [{ result: "begun", failedHosts: undefined }], NOT_SAID],
    ["a run that was cancelled", [{ result: "cancelled" }], NOT_SAID],
    ["a run of an older version", [{ failedHosts: undefined }], NOT_SAID],
  ] as const)
    it(`refuses ${title}`, async () => {
      await assert.rejects(openAfter(...(runs as readonly Partial<RunRecordJson>[])), { name: "BadInputError", message });
    });
});

const RECORD: Omit<RunRecordJson, "run"> = {
  version: 1,
  verb: "up",
  engine: "embedded",
  message: "",
  holder: { pid: 1, username: "ada", hostname: "admin1", timestamp: "2026-11-29T00:00:00Z" },
  result: "succeeded",
  startTime: 1,
  changes: {},
  steps: [],
  differences: [],
  failures: [],
  skippedHosts: [],
  failedHosts: [],
  images: [],
  stackFile: "",
  files: [],
  folders: {},
};

describe("findFailedHosts", () => {
  const urn = (name: string, type = "ldms:index:Cluster$ldms:index:Host$docker:index/container:Container") =>
    `urn:pulumi:cygnus::ldms::${type}::${name}`;
  const docker = examplePlan();
  const all = docker.hosts.map(({ name }) => name);

  it("has the host of a step by the method docker", () => {
    assert.deepEqual(findFailedHosts(docker, [{ urn: urn("cygnus-03-samp") }, { urn: urn("cygnus-07-agg2") }], []), [
      "cygnus-03",
      "cygnus-07",
    ]);
    assert.deepEqual(findFailedHosts(docker, [], []), []);
  });

  it("has none for a host that has left the stack", () => {
    assert.deepEqual(findFailedHosts(docker, [{ urn: urn("cygnus-09-samp") }], []), []);
  });

  it("has all for what belongs to no host, but not for the engine's last words behind a step", () => {
    assert.deepEqual(
      findFailedHosts(docker, [{ urn: urn("ldms-samp", "ldms:index:Cluster$ldms:index:Images$docker:index/image:Image") }], []),
      all,
    );
    assert.deepEqual(findFailedHosts(docker, [{ urn: "" }], []), all);
    const last = [{ urn: "" }, { urn: urn("ldms-cygnus", "pulumi:pulumi:Stack") }];
    assert.deepEqual(findFailedHosts(docker, [{ urn: urn("cygnus-03-samp") }, ...last], []), ["cygnus-03"]);
    assert.deepEqual(findFailedHosts(docker, last, []), all);
  });

  const fanOut = examplePlan({ method: "fan-out", fanOut: { serial: [1, 2, "100%"] } });
  const batch = (name: string) => urn(name, "ldms:index:Cluster$ldms:index:FanOut$command:local:Command");
  it("has a batch by the method fan-out, and those behind it that wait for it", () => {
    assert.deepEqual(findFailedHosts(fanOut, [{ urn: batch("fan-out-samp-2") }], []), ["cygnus-02", "cygnus-03", "cygnus-04"]);
    assert.deepEqual(findFailedHosts(fanOut, [{ urn: batch("fan-out-members") }], []), all);
  });

  it("has hosts that a batch says it failed on, though it held", () => {
    const stdout =
      "3 hosts: 1 as planned, 0 changed, 2 failed or out of reach\nsamp: same on 1\ncygnus-[02,04]: unreachable: Connection timed out\n";
    assert.deepEqual(findFailedHosts(fanOut, [], [{ urn: batch("fan-out-samp-3"), outputs: { stdout } }]), ["cygnus-02", "cygnus-04"]);
    for (const hostile of ["cygnus-[02: failed: x", "$(id): failed: x", "cygnus-99: failed: x", "cygnus-02 : failed: x"])
      assert.deepEqual(findFailedHosts(fanOut, [], [{ urn: batch("fan-out-samp-3"), outputs: { stdout: hostile } }]), [], hostile);
    assert.deepEqual(findFailedHosts(fanOut, [], [{ urn: batch("fan-out-samp-3"), outputs: { stdout: { secret: 1 } } }]), []);
  });

  it("leaves out of a run every batch that has none of the hosts", () => {
    assert.deepEqual(excludesOfOthers(fanOut, ["cygnus-03"]), [
      "**::fan-out-samp-1",
      "**::fan-out-samp-3",
      "**::fan-out-agg1-1",
      "**::fan-out-agg1-2",
      "**::fan-out-agg2-dsosd-maestro-ui-grafana-1",
    ]);
  });
});
