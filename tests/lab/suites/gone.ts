import assert from "node:assert/strict";
import { runOnHost, startHost, stopHost } from "../../../lab/lab";
import { waitForHost } from "../../../lab/lab-hosts";
import { clearHeads, equipHeads, FAN_OUT, upByFanOut } from "../fan-out-stack";
import { changedPlaces, containerIds, STACK_HOSTS } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { SLOW_SAMPLING, WITHOUT_CYGNUS_02 } from "../variants";

const GONE = "cygnus-02";
const OTHERS = STACK_HOSTS.filter((host) => host !== GONE);
/** What the stack has left on it, where it came back after all. */
const CLEAN = "docker rm -f $(docker ps -aq --filter label=ldms.stack=lab); rm -rf /var/lib/ldms";

/** A host that never comes back: the stack goes on without it, and nobody asks it anything. */
export function describeGone(lab: LabStack): void {
  const forget = (...words: readonly string[]) => lab.ldms(["forget", GONE, "-s", "lab", ...words]);
  const comesBack = async () => {
    await startHost(GONE);
    await waitForHost(GONE);
    await runOnHost(GONE, CLEAN);
  };

  describe("a host that never comes back, by the method docker", () => {
    before(async () => {
      await lab.haveStandard();
      await stopHost(GONE);
    });
    after(async () => {
      await comesBack();
      await lab.haveStandard();
    });

    it("is not forgotten while the stack file names it", async () => {
      const { code, stderr } = await forget("--yes");
      assert.equal(code, 2);
      assert.match(stderr, /^forget: Pulumi\.lab\.yaml still names cygnus-02; nothing was changed$/m);
      assert.match(stderr, /^ {2}- ssh\.address: `198\.18\.0\.\[11-18\]`: write `198\.18\.0\.\[11,13-18\]`$/m);
    });

    it("holds up every up that has to take its containers away, until it is forgotten", async () => {
      const held = await lab.up(WITHOUT_CYGNUS_02);
      assert.equal(held.code, 1, held.stdout);
      const before = await containerIds(OTHERS);
      const { stdout } = succeeded(await forget("--yes"));
      assert.match(stdout, /^cygnus-02: \d resources leave the state$/m);
      assert.match(stdout, /^cygnus-02: forgotten; next: ldms up -s lab$/m);
      assert.doesNotMatch(succeeded(await lab.ldms(["export", "-s", "lab"])).stdout, /::cygnus-02/);
      succeeded(await lab.up(WITHOUT_CYGNUS_02));
      assert.deepEqual(changedPlaces(before, await containerIds(OTHERS)), []);
      const again = await forget("--yes");
      assert.equal(again.code, 2);
      assert.match(again.stderr, /^forget: lab knows nothing of cygnus-02$/m);
    });
  });

  describe("a host that never comes back, by the method fan-out", () => {
    before(async () => {
      await lab.haveNothing();
      await equipHeads();
      await upByFanOut(lab);
      await stopHost(GONE);
    });
    after(async () => {
      await comesBack();
      await lab.haveNothing();
      await clearHeads();
    });

    it("is tried again by every up, until the head has forgotten it", async () => {
      const changes = { ...WITHOUT_CYGNUS_02, ...FAN_OUT };
      const tried = succeeded(await lab.up(changes));
      assert.match(tried.stdout + tried.stderr, /cygnus-02: unreachable: /);
      const told = succeeded(await lab.ldms(["preview", "-s", "lab", "--engine", "embedded"]));
      assert.match(told.stdout + told.stderr, /cygnus-02: has left the stack and could not be cleaned yet/);
      const before = await containerIds(OTHERS);
      assert.match(succeeded(await forget("--yes")).stdout, /^cygnus-02: cygnus-08 no longer tries to clean it$/m);
      const { stdout, stderr } = succeeded(await lab.up(changes));
      assert.doesNotMatch(stdout + stderr, /cygnus-02/);
      assert.deepEqual(changedPlaces(before, await containerIds(OTHERS)), []);
    });
  });
}

/** A host that was down for a run: what it missed is done there, and nowhere else. */
export function describeOnlyFailed(lab: LabStack): void {
  describe("ldms up --only-failed", () => {
    const SLOW = { ...SLOW_SAMPLING, "ldms:tolerate": 1 };
    before(async () => {
      await lab.haveStandard();
      await stopHost(GONE);
      const { code, stderr } = await lab.up(SLOW);
      assert.equal(code, 3, stderr);
      await startHost(GONE);
      await waitForHost(GONE);
    });
    after(() => lab.haveStandard());

    it("goes to the host that the last run left out, also where the stack file has changed since, and then has nothing to do", async () => {
      const before = await containerIds();
      const changed = { ...SLOW, "ldms:samplers": [{ ...samplersOf(SLOW), plugins: [{ name: "meminfo", interval: "4s", offset: "0s" }] }] };
      const { stderr } = succeeded(await lab.up(changed, ["--only-failed"]));
      assert.match(stderr, /^only cygnus-02$/m);
      assert.deepEqual(changedPlaces(before, await containerIds()), ["cygnus-02/samp"]);
      const { stdout } = succeeded(await lab.ldms(["history", "-s", "lab"]));
      assert.match(stdout.split("\n")[1] ?? "", /\(a part\) +succeeded$/);
      const again = succeeded(await lab.up(changed, ["--only-failed"]));
      assert.match(again.stderr, /^the last run failed on no host and left none out: there is nothing to do$/m);
    });
  });
}

function samplersOf(changes: typeof SLOW_SAMPLING): object {
  return (changes["ldms:samplers"] as readonly object[])[0]!;
}
