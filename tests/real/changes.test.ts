import assert from "node:assert/strict";
import { runOnHost } from "../../lab/lab";
import { nowSeconds } from "../lab/lab-facts";
import { succeeded } from "../lab/lab-stack";
import type { StackChanges } from "../lab/project-folder";
import { changedResources, stepLines } from "../lab/steps";
import { eventually, sampledAt, statusRows } from "./asked";
import { AGG1, AGG2, type Configure, deployAnew, describeReal, MEMINFO, realStack, SOS_MEMINFO } from "./real-stack";
import { waitForRowsSince } from "./stored";

/** After the last step: maestro looks every 4 s. */
const CONFIGURED_SECONDS = 20;
const VMSTAT = { name: "vmstat", interval: "2s", offset: "100ms" };
const SECOND_STORE = { ...SOS_MEMINFO, name: "sos-again", container: "again" };

interface Change {
  readonly what: string;
  readonly changes: (configure: Configure) => StackChanges;
  /** What the preview shows of containers, by their resources' names. */
  readonly steps: (configure: Configure) => readonly string[];
  /** What the daemons then say of it. */
  readonly check: () => Promise<void>;
}

function samplers(...plugins: readonly object[]): StackChanges {
  return { "ldms:samplers": [{ name: "samp", hosts: "cygnus-[01-04]", container: "samp", plugins }] };
}

function aggregators(first: object, second: object): StackChanges {
  return {
    "ldms:aggregators": [
      { ...AGG1, ...first },
      { ...AGG2, stores: [SOS_MEMINFO], dsosd: true, ...second },
    ],
  };
}

const SAMP = ["cygnus-01-samp", "cygnus-02-samp", "cygnus-03-samp", "cygnus-04-samp"];
const LEVEL_1 = ["cygnus-05-agg1", "cygnus-06-agg1"];
const replace = (...names: readonly string[]) => names.map((name) => `replace ${name}`);
const confOf = (host: string, container: string) => runOnHost(host, `docker exec ${container} cat /etc/ldms/ldmsd.conf`);
const arrives = async (ids: readonly number[]) => {
  await waitForRowsSince(nowSeconds(), ids, CONFIGURED_SECONDS);
};
const updaterOf = async (host: string, container: string) => (await statusRows(host, container, "updtr_status"))[0]?.[1];

/** Each from the stack as it was first deployed. */
const CHANGES: readonly Change[] = [
  {
    what: "a sampling interval, 1s to 4s",
    changes: () => samplers({ ...MEMINFO, interval: "4s" }),
    steps: () => replace(...SAMP),
    check: async () => assert.deepEqual(await sampledAt("cygnus-01"), { meminfo: "4000000:0" }),
  },
  {
    what: "a sampling offset",
    changes: () => samplers({ ...MEMINFO, offset: "300ms" }),
    steps: () => replace(...SAMP),
    check: async () => assert.deepEqual(await sampledAt("cygnus-03"), { meminfo: "1000000:300000" }),
  },
  {
    what: "a further plugin",
    changes: () => samplers(MEMINFO, VMSTAT),
    steps: () => replace(...SAMP),
    check: async () => assert.deepEqual(await sampledAt("cygnus-02"), { meminfo: "1000000:0", vmstat: "2000000:100000" }),
  },
  {
    what: "a plugin that is taken away",
    changes: () => samplers(VMSTAT),
    steps: () => replace(...SAMP),
    check: async () => assert.deepEqual(await sampledAt("cygnus-04"), { vmstat: "2000000:100000" }),
  },
  {
    what: "an updater's interval",
    changes: () => aggregators({ interval: "3s", offset: "250ms" }, {}),
    steps: (configure) => (configure === "files" ? replace(...LEVEL_1) : replace("cygnus-07-maestro")),
    check: async () => {
      await eventually(async () => {
        assert.equal(await updaterOf("cygnus-05", "agg1"), "3.0s:250.0ms");
        assert.equal(await updaterOf("cygnus-06", "agg1"), "3.0s:250.0ms");
      }, CONFIGURED_SECONDS);
    },
  },
  {
    what: "the time between attempts to connect",
    changes: () => aggregators({ reconnect: "2s" }, {}),
    steps: (configure) => replace(...LEVEL_1, ...(configure === "files" ? [] : ["cygnus-07-maestro"])),
    // No status of ldmsd tells it.
    check: async () => assert.match(await confOf("cygnus-05", "agg1"), /reconnect=2s/),
  },
  {
    what: "a further store",
    changes: () => aggregators({}, { stores: [SOS_MEMINFO, SECOND_STORE] }),
    steps: () => replace("cygnus-07-agg2", "cygnus-07-dsosd"),
    check: async () => {
      const policies = await statusRows("cygnus-07", "agg2", "strgp_status");
      assert.deepEqual(policies.map(([name, container]) => [name, container]).sort(), [
        ["sos-again", "again"],
        ["sos-meminfo", "meminfo"],
      ]);
    },
  },
  {
    what: "a setting of a plugin",
    changes: () => samplers({ ...MEMINFO, config: { perm: "0700" } }),
    steps: () => replace(...SAMP),
    check: async () => assert.match(await confOf("cygnus-01", "samp"), /^config name=meminfo .* perm=0700$/m),
  },
  {
    what: "a sampler less",
    changes: () => ({ "ldms:samplers": [{ name: "samp", hosts: "cygnus-[01-03]", container: "samp", plugins: [MEMINFO] }] }),
    steps: (configure) => ["delete cygnus-04-samp", ...replace(configure === "files" ? "cygnus-06-agg1" : "cygnus-07-maestro")],
    check: () => arrives([1, 2, 3]),
  },
  {
    what: "an aggregator more",
    changes: () => aggregators({ hosts: "cygnus-[05-06,08]" }, {}),
    steps: (configure) =>
      configure === "files"
        ? [...replace("cygnus-05-agg1", "cygnus-07-agg2"), "create cygnus-08-agg1"]
        : [...replace("cygnus-07-maestro"), "create cygnus-08-agg1"],
    check: () => arrives([1, 2, 3, 4]),
  },
];

for (const configure of ["files", "maestro"] as const) {
  describeReal(`a change of the stack file, configured by ${configure}`, (lab) => {
    const json = async (verb: "preview" | "up", changes: StackChanges) =>
      succeeded(verb === "up" ? await lab.up(changes, ["--json"]) : await lab.preview(changes, ["--json"])).stdout;
    const isContainer = (line: string) => / cygnus-0\d-(samp|agg[12]|dsosd|maestro)$/.test(line);

    before(async () => {
      await deployAnew(lab, realStack(configure));
      await waitForRowsSince(nowSeconds(), [1, 2, 3, 4], 30);
    });

    for (const { what, changes, steps, check } of CHANGES) {
      it(`${what}: the preview says what changes, and the daemons do it`, async () => {
        const changed = realStack(configure, changes(configure));
        const expected = [...steps(configure)];
        assert.deepEqual(stepLines(changedResources(await json("preview", changed), "planned")).filter(isContainer), expected);
        assert.deepEqual(stepLines(changedResources(await json("up", changed), "done")).filter(isContainer), expected);
        await check();
        succeeded(await lab.up(realStack(configure)));
        await waitForRowsSince(nowSeconds(), [1, 2, 3, 4], 30);
      });
    }

    it("none: nothing is changed", async () => {
      assert.deepEqual(changedResources(await json("up", realStack(configure)), "done"), []);
    });
  });
}
