import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runOnHost } from "../../lab/lab";
import { inspectAll } from "../lab/lab-facts";
import type { RunResult } from "../lab/ldms-process";
import type { StackChanges } from "../lab/project-folder";
import { examplePlan, NO_FACTS, textOf } from "../unit/example-stack";
import { AGG1, AGG2, describeReal, realStack, SOS_MEMINFO } from "./real-stack";

const MUNGE_KEY = "/etc/munge/munge.key";
/** The host's munged, which its init starts again. */
const RESTART_MUNGED = "kill $(cat /run/munge/munged.pid); sleep 2";

const lastLine = ({ stdout }: RunResult) => stdout.trim().split("\n").at(-1) ?? "";

describeReal("an up that cannot bring data", (lab) => {
  const up = (changes: StackChanges) => lab.up(realStack("files", changes), ["--wait", "40"]);
  const nothingIsThere = async () => assert.deepEqual([...(await inspectAll()).keys()], []);

  afterEach(() => {
    // A destroy, too, plans the stack file.
    lab.project.writeStackFile("lab", realStack("files"));
    return lab.haveNothing();
  });

  it("ends with code 4 and maestro's own words where it refuses its file", async () => {
    const changes = { images: { tag: "site-2026" }, maestro: { host: "cygnus-07", grammar: "A" } };
    const ofThatTime = textOf(examplePlan(changes, NO_FACTS, "lab"), "/var/lib/ldms/lab/maestro/ldms_cfg.yaml");
    writeFileSync(join(lab.project.path, "own.yaml"), ofThatTime);
    const result = await up({ "ldms:maestro": { host: "cygnus-07", configFile: "own.yaml" } });
    assert.equal(result.code, 4, result.stderr);
    assert.match(lastLine(result), /maestro on cygnus-07 (restarting|exited).*maestro_ctrl could not load/);
  });

  it("changes nothing where a store's folder cannot be written, and names the folder", async () => {
    await runOnHost("cygnus-07", "mkdir -p /readonly && mount -t tmpfs -o ro tmpfs /readonly");
    try {
      const store = { ...SOS_MEMINFO, hostPath: "/readonly/store" };
      const result = await up({ "ldms:aggregators": [AGG1, { ...AGG2, stores: [store], dsosd: true }] });
      assert.equal(result.code, 1);
      assert.match(result.stderr, /cygnus-07: .*\/readonly/);
      await nothingIsThere();
    } finally {
      await runOnHost("cygnus-07", "umount /readonly; rmdir /readonly");
    }
  });

  it("changes nothing where one host's munge key differs, and names the host", async () => {
    await runOnHost("cygnus-03", `cp -p ${MUNGE_KEY} ${MUNGE_KEY}.right && head -c 128 /dev/urandom >${MUNGE_KEY}; ${RESTART_MUNGED}`);
    try {
      const result = await up({});
      assert.equal(result.code, 1);
      assert.match(result.stderr, /^cygnus-03: munge credential of cygnus-01 is refused: Invalid credential$/m);
      await nothingIsThere();
    } finally {
      await runOnHost("cygnus-03", `mv -f ${MUNGE_KEY}.right ${MUNGE_KEY}; ${RESTART_MUNGED}`);
    }
  });

  it("is refused with code 2 where the set memory is too small, with the figure to set", async () => {
    const groups = Array.from({ length: 8 }, (_, index) => ({
      ...{ name: `s${index}`, container: `samp${index}`, hosts: "cygnus-[01-04]", port: 500 + index },
      plugins: [{ name: "procinterrupts", interval: "1s" }],
    }));
    const result = await up({
      "ldms:samplers": groups,
      "ldms:aggregators": [
        { ...AGG1, setMemory: "8M" },
        { ...AGG2, stores: [SOS_MEMINFO] },
      ],
    });
    assert.equal(result.code, 2);
    assert.match(
      result.stderr,
      /aggregators\[0\]\.setMemory: is less than the \d+ MiB that 16 sets take: `8M`\n\s+help: leave it out: the plan takes \d+M/,
    );
    await nothingIsThere();
  });

  it("ends with code 4 where a plugin has no set, and names the sampler", async () => {
    const plugins = [
      { name: "meminfo", interval: "1s", offset: "0s" },
      { name: "nosuchplugin", own: true, interval: "1s" },
    ];
    const result = await up({ "ldms:samplers": [{ name: "samp", hosts: "cygnus-[01-04]", container: "samp", plugins }] });
    assert.equal(result.code, 4, result.stderr);
    assert.match(lastLine(result), /samp on cygnus-\[01-04\] (restarting|exited)/);
  });
});
