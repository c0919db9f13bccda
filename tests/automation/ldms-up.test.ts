import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { EXIT } from "../../cli/exit-codes";
import { withoutPulumi } from "../lab/find-pulumi";
import { type RunResult, start } from "../lab/ldms-process";
import { FaultSite, PASSPHRASE, STACK } from "./faults/fault-site";

/** Nobody listens there. */
const NOBODY = { user: "root", address: "127.0.0.[1-8]", port: 1, connectTimeout: 2 };

// The command around a program whose things are files here; the hosts of its stack file do not answer.
describe("ldms up", function () {
  this.timeout(120_000);
  let at: FaultSite;
  beforeEach(() => {
    at = new FaultSite("embedded");
    at.configure({ "ldms:ssh": NOBODY });
    at.program(["a", "b"]);
  });
  afterEach(() => at.close());

  const up = (...args: readonly string[]) => upIn(at.projectFolder, ...args);

  const upIn = (folder: string, ...args: readonly string[]) => ldmsIn(folder, "up", ...args);

  function ldmsIn(folder: string, verb: string, ...args: readonly string[]): Promise<RunResult> {
    const { PATH = "", HOME = "" } = process.env;
    const environment = withoutPulumi({ PATH, HOME, PULUMI_BACKEND_URL: at.location.backendUrl, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE });
    const words = [process.execPath, resolve(__dirname, "../../bin/ldms.js"), verb, "-s", STACK, ...args] as const;
    return start([...words], { folder, environment, timeoutSeconds: 100 }).ended;
  }

  const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);

  it("changes nothing where there is no terminal to ask on and no --yes", async () => {
    const { code, stderr } = await up();
    assert.deepEqual([code, at.things], [EXIT.badInput, []]);
    assert.match(stderr, /^ldms: there is no terminal to ask on\nhelp: --yes$/m);
  });

  it("ends when everything is deployed, where it is told not to wait", async () => {
    const { code, stdout } = await up("--yes", "--no-wait");
    assert.deepEqual([code, at.things], [EXIT.done, ["a", "b"]]);
    assert.doesNotMatch(stdout, /samplers/);
  });

  describe("in a folder below the project", () => {
    let below: string;
    beforeEach(() => {
      below = join(at.projectFolder, "notes/2026");
      mkdirSync(below, { recursive: true });
    });

    it("deploys the same, and leaves nothing there", async () => {
      const { code, stderr } = await upIn(below, "--yes", "--no-wait");
      assert.deepEqual([code, at.things, readdirSync(below)], [EXIT.done, ["a", "b"], []], stderr);
    });

    it("takes a policy pack's path as it is typed there", async () => {
      const pack = relative(below, resolve(__dirname, "../../policies"));
      const { code, stdout, stderr } = await upIn(below, "--yes", "--no-wait", "--policy-pack", pack);
      assert.deepEqual([code, at.things], [EXIT.failed, []], stderr);
      assert.match(stdout, /\[mandatory\] ldms commands-belong-to-their-components \(a\)/);
    });
  });

  it("says that the data does not arrive by its exit code, and why by its last line", async () => {
    const { code, stdout, stderr } = await up("--yes", "--wait", "1");
    assert.deepEqual([code, at.things], [EXIT.notArriving, ["a", "b"]], stderr);
    assert.match(stdout, /^0 of 4 samplers in the store on cygnus-07, no fresh row; missing: cygnus-\[01-04\]/m);
    assert.equal(lastLine(stdout), "cygnus-[01-07]: unreachable: connection refused");
  });

  it("has events alone on standard output with --json, and the last line on the other", async () => {
    const { code, stdout, stderr } = await up("--yes", "--wait", "1", "--json");
    assert.equal(code, EXIT.notArriving);
    for (const line of stdout.trimEnd().split("\n")) assert.equal(typeof (JSON.parse(line) as { sequence: unknown }).sequence, "number");
    assert.equal(lastLine(stderr), "cygnus-[01-07]: unreachable: connection refused");
  });

  it("runs the plan that was seen, and refuses another one by an exit code of its own", async () => {
    const preview = (...args: readonly string[]) => ldmsIn(at.projectFolder, "preview", ...args);
    const [, digest = ""] = /^digest of this plan: ([0-9a-f-]{67})$/m.exec((await preview()).stdout) ?? [];
    assert.deepEqual(JSON.parse(lastLine((await preview("--json")).stdout) ?? ""), { digest });
    at.program(["a", "b", "c"]);
    const other = await up("--yes", "--no-wait", "--expect", digest);
    assert.deepEqual([other.code, at.things], [EXIT.planChanged, []], other.stderr);
    assert.match(other.stderr, /^plan: is not the one that was seen; nothing was changed\n {2}- new steps: create c\n {2}seen: /m);
    at.program(["a", "b"]);
    const same = await up("--yes", "--no-wait", "--expect", digest);
    assert.deepEqual([same.code, at.things], [EXIT.done, ["a", "b"]], same.stderr);
    assert.equal((await up("--yes", "--expect", "latest")).code, EXIT.badInput);
  });

  it("does not wait behind a step that failed", async () => {
    at.fault("b", "exit 3");
    const { code, stdout } = await up("--yes");
    assert.deepEqual([code, at.things], [EXIT.failed, ["a"]]);
    assert.equal(lastLine(stdout), "    1 errored, 0 left undone because of that");
  });
});
