import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WRAP_CONTENT } from "../../plan/fan-out/batch-body";
import { renderBatch, renderSweep } from "../../plan/fan-out/head-script";
import type { PlannedContainer } from "../../plan/model/container";
import type { PlannedGroup } from "../../plan/model/fan-out";
import { examplePlan } from "./example-stack";

/** Ends the here-document of the host script, were its end always the same word; and a form of quotes that a careless reader would take for an end. */
const WORDS = ["x\nLDMS_HOST\ntouch canary\n", "x'\nLDMS_HOST_\ntouch canary\n: '", "LDMS_HOST", "$(touch canary)", "`touch canary`"];

describe("a script on the head", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-head-"));
    mkdirSync(join(folder, "bin"));
    // The hosts' script goes no further than the head.
    writeFileSync(join(folder, "bin/xargs"), "#!/bin/sh\nexit 0\n");
    chmodSync(join(folder, "bin/xargs"), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(script: string): void {
    const env = { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, HOME: folder };
    const { stderr } = spawnSync("sh", ["-c", script], { cwd: folder, env, input: "", encoding: "utf8" });
    assert.doesNotMatch(stderr, /not found|syntax/i);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name === "canary"),
      [],
    );
  }

  it("runs nothing of what stands in a container's arguments, though they were no stack file's", () => {
    const plan = examplePlan({ method: "fan-out" });
    const group = plan.fanOut!.groups[0]!;
    const containers = group.containers.map((one): PlannedContainer => ({ ...one, argv: [...one.argv, ...WORDS] }));
    const hostile: PlannedGroup = { ...group, containers };
    const scope = { stack: plan.stack, fanOut: { ...plan.fanOut!, groups: [hostile] }, images: plan.images };
    const references = new Map(containers.map(({ image }) => [image, "sha256:00"]));
    run(renderBatch(scope, hostile, hostile.batches[0]!, references, "0"));
    run(renderSweep(scope, references, { isKeeping: true }));
  });
});

describe("a pass over hosts", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-pass-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A sweep of cygnus-[01-08], so many at once, with a stand-in of ssh. @returns its lines of hosts */
  function sweep(ssh: string, window = 3): readonly string[] {
    writeFileSync(join(folder, "ssh"), `#!/bin/sh\nfor word; do case $word in cygnus-*) host=$word ;; esac; done\n${ssh}\n`);
    chmodSync(join(folder, "ssh"), 0o755);
    const plan = examplePlan({ method: "fan-out", fanOut: { window } });
    const script = renderSweep({ stack: plan.stack, fanOut: plan.fanOut!, images: plan.images }, new Map(), { isKeeping: false });
    const env = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder };
    const { stdout } = spawnSync("sh", ["-s"], { cwd: folder, env, input: script, encoding: "utf8" });
    assert.match(stdout, /\nend\n$/);
    return stdout.split("\n").filter((line) => /^(host|same)\t/.test(line));
  }

  for (const [when, window] of [
    ["others are still to be begun", 3],
    ["all others have been", 8],
  ] as const)
    it(`comes to every host where what talks to one of them is killed while ${when}, and tells of that one`, () => {
      const told = sweep(
        `echo $host >>${folder}/asked
case $host in cygnus-02) kill -9 "$(cut -d ' ' -f 4 /proc/$PPID/stat)" ;; *) sleep 0.5; echo ok samp:same ;; esac`,
        window,
      );
      assert.deepEqual(
        told.filter((line) => line.startsWith("host")),
        ["host\tsamp\tcygnus-02\tfailed\tthe process that worked on it from this head was killed"],
      );
      assert.deepEqual(readFileSync(join(folder, "asked"), "utf8").trimEnd().split("\n").sort(), hostsOf("cygnus-0", 7));
    });

  it("tells of every host where nothing can be begun", () => {
    writeFileSync(join(folder, "xargs"), "#!/bin/sh\nexit 127\n");
    chmodSync(join(folder, "xargs"), 0o755);
    const told = sweep("exit 1");
    assert.equal(told.filter((line) => line.endsWith("\tfailed\tnot worked on: nothing could be started on this head")).length, 7);
  });
});

function hostsOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}${i + 1}`);
}

describe("wrap_content", () => {
  it("takes every line for content, a secret's too, which nobody has looked at", () => {
    const lines = ["LDMS_CONTENT", "touch$IFS./canary", "CONTENT", "}", "generate:50", "YWJj"];
    const input = lines.map((line) => `${line}\n`).join("");
    for (const shell of ["sh", "bash"]) {
      const wrapped = execFileSync(shell, ["-c", `${WRAP_CONTENT}wrap_content`], { input, encoding: "utf8" });
      assert.equal(execFileSync(shell, ["-s"], { input: `${wrapped}content cat\n`, encoding: "utf8" }), input);
    }
  });
});
