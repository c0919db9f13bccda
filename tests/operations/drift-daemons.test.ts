import assert from "node:assert/strict";
import { findDrift } from "../../operations/drift/drift";
import { renderDrift } from "../../operations/drift/render-drift";
import { SPEC_LABEL } from "../../plan/containers/spec-hash";
import { manifestEntry } from "../../plan/delivery/deliver-files";
import { examplePlan } from "../unit/example-stack";
import { withPrograms } from "./fake-programs";

const plan = examplePlan({
  hosts: "cygnus-01",
  ssh: { local: true },
  xprt: "sock",
  munge: { mode: "none" },
  samplers: [
    {
      hosts: "cygnus-01",
      container: "samp",
      plugins: [
        { name: "meminfo", interval: "1s", offset: "0s" },
        { name: "vmstat", instance: "vm", interval: "2s", offset: "100ms" },
        { name: "loadavg", interval: "1.5s" },
      ],
    },
  ],
  aggregators: [],
  maestro: undefined,
  ui: undefined,
  grafana: undefined,
});
const [host] = plan.hosts as [(typeof plan.hosts)[number]];

const STATUS = [
  "Config Name              Plugin Name              Type         libpath",
  "------------------------ ------------------------ ------------ ------------",
  "loadavg                  loadavg                  sampler[S]   /opt/ovis/lib/ovis-ldms/libloadavg.so",
  "meminfo                  meminfo                  sampler[M]   /opt/ovis/lib/ovis-ldms/libmeminfo.so",
  "vm                       vmstat                   sampler[S]   /opt/ovis/lib/ovis-ldms/libvmstat.so",
];
const SETS = ["loadavg:", "   cygnus-01/loadavg", "meminfo:", "   cygnus-01/meminfo", "vm:", "   cygnus-01/vm"];
/** As ldms_ls 4.5.3 prints it. */
const LIST = [
  "Schema         Instance                 Flags  Msize  Dsize  Hsize  UID    GID    Perm       Update            Duration          Info    ",
  "-------------- ------------------------ ------ ------ ------ ------ ------ ------ ---------- ----------------- ----------------- --------",
  'vmstat         cygnus-01/vm                CL   10680   1648      0      0      0 -r--r----- 1795913712.100910          0.000067 "updt_hint_us"="2000000:100000" ',
  'loadavg        cygnus-01/loadavg           CL     624    160      0      0      0 -r--r----- 1795913711.008391          0.000022 "updt_hint_us"="1500000:0" ',
  'meminfo        cygnus-01/meminfo           CL    2968    544      0      0      0 -rwxrwxrwx 1795913712.006321          0.000035 "updt_hint_us"="1000000:0" ',
];

interface Said {
  readonly status?: readonly string[];
  readonly sets?: readonly string[];
  readonly list?: readonly string[];
  readonly state?: string;
}

/** The report where the sampler's tools print this, and all else is as planned. */
function driftWhere({ status = STATUS, sets = SETS, list = LIST, state = "running" }: Said) {
  const files = host.files.map(manifestEntry);
  const lines = [
    ...host.containers.map(({ name, labels }) => `container\t/${name}\t${labels[SPEC_LABEL]}\t${state}\tx\t`),
    ...files.flatMap(({ path, mode, owner, fingerprint }) => [`file\t${path}\t${mode.slice(1)} ${owner}`, `${fingerprint}  ${path}`]),
    "asked\tsamp\t1795913713\tsets",
    ...[...status, ...sets].map((line) => `said\tplugins ${line}`),
    ...list.map((line) => `said\tsets ${line}`),
    "end",
  ];
  return withPrograms({ sh: `cat >/dev/null\ncat <<'ANSWER'\n${lines.join("\n")}\nANSWER` }, () => findDrift(plan));
}

const swapped = (lines: readonly string[], from: string, to: string) => lines.map((line) => line.replace(from, to));

describe("findDrift, of what a daemon runs", () => {
  it("finds nothing where that is what its file says", async () => {
    assert.deepEqual((await driftWhere({})).differences, []);
  });

  const CASES: readonly (readonly [message: string, said: Said])[] = [
    ["plugin vm is not loaded", { status: STATUS.filter((line) => !line.startsWith("vm ")) }],
    ["plugin vm is procstat, in the stack vmstat", { status: swapped(STATUS, "vmstat  ", "procstat") }],
    ["plugin vm samples every 5 s, in the stack every 2 s", { list: swapped(LIST, "2000000:", "5000000:") }],
    ["plugin loadavg samples every 0.25 s, in the stack every 1.5 s", { list: swapped(LIST, "1500000:", "250000:") }],
    ["plugin vm samples at an offset of 0 s, in the stack 0.1 s", { list: swapped(LIST, ":100000", ":0") }],
    ["plugin vm does not sample", { list: swapped(LIST, "1795913712.100910", "1795913701.100910") }],
    ["plugin vm does not sample", { list: swapped(LIST, "vm                CL", "vm                 L") }],
    ["plugin extra is not in the stack", { status: [...STATUS, STATUS[2]!.replace("loadavg ", "extra ")] }],
    ["set meminfo is missing", { sets: SETS.slice(0, 3), list: LIST.slice(0, 4) }],
  ];
  for (const [message, said] of CASES)
    it(`says: ${message}`, async () => {
      const report = await driftWhere(said);
      assert.equal(
        renderDrift(report),
        `changed on the hosts since it was deployed:
  cygnus-01: samp: ${message}
    help: there: \`docker restart samp\`, which has it read its file again`,
      );
    });

  it("lets stores be that no file names: maestro loads them", async () => {
    const store = "store_csv                store_csv                store[M]     /opt/ovis/lib/ovis-ldms/libstore_csv.so";
    assert.deepEqual((await driftWhere({ status: [...STATUS, store] })).differences, []);
  });

  it("says of one that does not tell that nothing is known", async () => {
    const report = await driftWhere({ status: ["[Errno 103] Connect error"], sets: [], list: [] });
    assert.deepEqual(report.differences, []);
    assert.equal(renderDrift(report), "cygnus-01: unknown: samp does not say what it runs: [Errno 103] Connect error");
    const silent = await driftWhere({ status: [], sets: [], list: [] });
    assert.equal(renderDrift(silent), "cygnus-01: unknown: samp does not say what it runs: no answer within 8 s");
  });

  it("takes no set for missing where ldms_ls fails", async () => {
    for (const [list, said] of [
      [["Connection failed/rejected."], "Connection failed/rejected."],
      [[], "no answer within 8 s"],
    ] as const) {
      const report = await driftWhere({ list });
      assert.deepEqual(report.differences, []);
      assert.equal(renderDrift(report), `cygnus-01: unknown: samp does not say what it runs: ${said}`);
    }
  });

  it("says nothing of the plugins of a container that is another one, or does not run", async () => {
    const report = await driftWhere({ state: "exited", status: [], sets: [], list: [] });
    assert.deepEqual(
      report.differences.map(({ message }) => message),
      ["is exited"],
    );
    assert.deepEqual(report.unknown, []);
  });
});
