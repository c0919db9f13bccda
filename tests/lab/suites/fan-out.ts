import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LAB_FOLDER, pauseHost, resumeHost, runOnHost } from "../../../lab/lab";
import { comparable } from "../comparable";
import { changedPlaces, containerIds, inspectAll, nowSeconds, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import type { StackChanges } from "../project-folder";
import { changedResources, stepLines } from "../steps";
import { SLOW_SAMPLING, WITHOUT_CYGNUS_02 } from "../variants";

/** A host of the lab that runs no container of the stack and has pdsh, as each of them has. */
const HEAD = "cygnus-08";
const HEAD_KEY = "/root/.ssh/ldms-fan-out";
export const FAN_OUT: StackChanges = {
  "ldms:method": "fan-out",
  "ldms:fanOut": { head: HEAD, key: HEAD_KEY, canary: "2s", serial: [1, 2, "100%"], maxFail: 1, hostTimeout: "90s" },
};
/** A host with a container of its own, that works on others. */
const SECOND_HEAD = "cygnus-05";
const TWO_HEADS: StackChanges = {
  ...FAN_OUT,
  "ldms:fanOut": { ...(FAN_OUT["ldms:fanOut"] as object), heads: [{ host: SECOND_HEAD, hosts: "cygnus-[03-04,06]" }] },
};
const CHANGED: StackChanges = { ...FAN_OUT, "ldms:munge": { mode: "none" } };

/** Lets a host of the lab reach the others. */
export async function makeHead(head = HEAD): Promise<void> {
  await runOnHost(head, `umask 077; cat >${HEAD_KEY}`, { stdin: readFileSync(join(LAB_FOLDER, "id_ed25519"), "utf8") });
}

export async function unmakeHead(head = HEAD): Promise<void> {
  await runOnHost(head, `rm -f ${HEAD_KEY} /root/.ssh/known_hosts*; rm -rf /root/.local`);
}

/** The method `fan-out`, beside what the method `docker` makes of the same stack file. */
export function describeFanOut(lab: LabStack): void {
  describe("the method fan-out", () => {
    const upLines = async (changes: StackChanges = FAN_OUT) =>
      stepLines(changedResources(succeeded(await lab.up(changes, ["--json"])).stdout, "done"));
    const containersByDocker = () => comparable(byDocker);
    let byDocker: Awaited<ReturnType<typeof inspectAll>>;

    before(async () => {
      await lab.haveStandard();
      byDocker = await inspectAll();
      for (const head of [HEAD, SECOND_HEAD]) await makeHead(head);
    });
    after(async () => {
      await lab.haveNothing();
      for (const head of [HEAD, SECOND_HEAD]) await unmakeHead(head);
    });

    it("is not taken up by a bare change of the key", async () => {
      for (const run of [await lab.preview(FAN_OUT), await lab.up(FAN_OUT)]) {
        assert.equal(run.code, 1);
        assert.match(
          run.stderr,
          /^method: the stack was deployed by `docker`, and for 7 hosts its file says `fan-out`; nothing was changed/m,
        );
        assert.match(run.stderr, /help: ldms move -s lab --to fan-out/);
      }
    });

    it("takes the containers over as they are after `ldms move`", async () => {
      succeeded(await lab.ldms(["move", "-s", "lab", "--to", "fan-out"]));
      await upLines();
      assert.deepEqual(changedPlaces(Object.fromEntries([...byDocker].map(([place, { Id }]) => [place, Id])), await containerIds()), []);
      assert.deepEqual(await upLines(), []);
    });

    it("makes the same container in every field that docker inspect shows", async () => {
      await Promise.all(
        [1, 2, 3, 4, 5, 6, 7].map((number) => runOnHost(`cygnus-0${number}`, "docker rm --force $(docker ps --all --quiet)")),
      );
      await upLines();
      assert.deepEqual(comparable(await inspectAll()), containersByDocker());
    });

    it("brings the rows of every sampler to the store", async () => {
      assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds(), 60), [1, 2, 3, 4]);
    });

    it("shows drift once, mends just the hosts that have it, and shows nothing then", async () => {
      const before = await containerIds();
      await runOnHost("cygnus-03", "docker rm --force samp");
      await runOnHost("cygnus-06", "docker stop agg1");
      await runOnHost("cygnus-07", "chmod 0644 /var/lib/ldms/lab/ui/secret_key");
      const preview = succeeded(await lab.preview(FAN_OUT));
      const told = preview.stdout.split("\n").filter((line) => /^ +(sweep|cygnus)/.test(line));
      assert.deepEqual(told.map((line) => line.trim()).sort(), [
        "cygnus-03: samp: to create",
        "cygnus-06: agg1: to start",
        "cygnus-07: /var/lib/ldms/lab/ui/secret_key: to deliver",
        "sweep: 4 hosts are as planned",
      ]);
      assert.match(preview.stdout, /generation 2\\n/);
      assert.deepEqual(await upLines(), [
        "update fan-out-agg1-2",
        "update fan-out-agg2-dsosd-maestro-ui-grafana-1",
        "update fan-out-samp-2",
      ]);
      assert.deepEqual(changedPlaces(before, await containerIds()), ["cygnus-03/samp"]);
      assert.equal((await runOnHost("cygnus-07", "stat -c %a /var/lib/ldms/lab/ui/secret_key")).trim(), "600");
      assert.deepEqual(await upLines(), []);
    });

    it("rolls an image out that was built anew", async () => {
      const before = await containerIds();
      appendFileSync(join(lab.project.path, ".ldms/lab/ovis/sbin/ldmsd"), "\n");
      await upLines();
      const after = await containerIds();
      const samplers = changedPlaces(before, after).filter((place) => place.endsWith("/samp"));
      assert.deepEqual(
        samplers,
        [1, 2, 3, 4].map((number) => `cygnus-0${number}/samp`),
      );
      assert.deepEqual(await upLines(), []);
    });

    it("calls a host unknown that it cannot read, and changes nothing for it", async () => {
      await pauseHost("cygnus-02");
      try {
        const up = succeeded(await lab.up(FAN_OUT));
        assert.match(up.stdout, /sweep: 6 hosts are as planned\n +cygnus-02: unknown: Connection timed out/);
        assert.match(up.stdout, /\d+ unchanged/);
      } finally {
        await resumeHost("cygnus-02");
      }
    });

    it("leaves the following batches undone when the first one fails, and goes on from there", async () => {
      const before = await containerIds();
      await runOnHost("cygnus-01", "mv /usr/bin/docker /usr/bin/docker.away");
      const failed = await lab.up(CHANGED);
      await runOnHost("cygnus-01", "mv /usr/bin/docker.away /usr/bin/docker");
      assert.equal(failed.code, 1);
      assert.match(failed.stdout + failed.stderr, /cygnus-01: failed: docker: sh: \d+: docker: not found/);
      assert.match(failed.stdout + failed.stderr, /more than 0 of 1 hosts failed; the following batches are left undone/);
      const samplers = changedPlaces(before, await containerIds()).filter((place) => place.endsWith("/samp"));
      assert.deepEqual(samplers, []);
      const steps = await upLines(CHANGED);
      assert.deepEqual(
        steps.filter((line) => line.includes("samp")),
        [1, 2, 3].map((number) => `update fan-out-samp-${number}`),
      );
      await upLines();
    });

    it("takes its containers and files off a host that leaves the stack, and touches no other", async () => {
      const before = await containerIds();
      await upLines({ ...WITHOUT_CYGNUS_02, ...FAN_OUT });
      assert.deepEqual(
        changedPlaces(before, await containerIds()).filter((place) => place.endsWith("/samp")),
        ["cygnus-02/samp"],
      );
      await upLines({ ...FAN_OUT, ...SLOW_SAMPLING });
      assert.deepEqual(Object.keys(await containerIds(["cygnus-02"])), ["cygnus-02/samp"]);
    });

    it("lets a second head take hosts over, and the first one take them back, and restarts no container", async function () {
      // Five runs.
      this.timeout(300_000);
      await upLines();
      const before = await containerIds();
      const taken = await upLines(TWO_HEADS);
      assert.ok(taken.includes(`create fan-out.${SECOND_HEAD}-samp-1`), taken.join());
      assert.deepEqual(changedPlaces(before, await containerIds()), []);
      await runOnHost("cygnus-03", "docker rm --force samp");
      assert.deepEqual(await upLines(TWO_HEADS), [`update fan-out.${SECOND_HEAD}-samp-1`]);
      const mended = await containerIds();
      assert.deepEqual(changedPlaces(before, mended), ["cygnus-03/samp"]);
      const back = await upLines();
      assert.ok(back.includes(`delete fan-out.${SECOND_HEAD}-members`), back.join());
      assert.deepEqual(changedPlaces(mended, await containerIds()), []);
      assert.deepEqual(await upLines(), []);
    });

    it("gives the containers back to the method docker as they are", async () => {
      await upLines();
      const before = await containerIds();
      succeeded(await lab.ldms(["move", "-s", "lab", "--to", "docker"]));
      succeeded(await lab.up());
      assert.deepEqual(changedPlaces(before, await containerIds()), []);
      const again = succeeded(await lab.up({}, ["--refresh", "--json"]));
      assert.deepEqual(changedResources(again.stdout, "done"), []);
      lab.isStandardAgain();
    });
  });
}
