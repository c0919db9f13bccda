import assert from "node:assert/strict";
import { pauseHost, resumeHost, runOnHost } from "../../../lab/lab";
import { comparable } from "../comparable";
import { clearHeads, equipHeads, FAN_OUT, HEAD, upByFanOut } from "../fan-out-stack";
import { changedPlaces, containerIds, inspectAll, nowSeconds, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { changedResources } from "../steps";

/** The method `fan-out`, beside what the method `docker` makes of the same stack file. */
export function describeFanOut(lab: LabStack): void {
  describe("the method fan-out", () => {
    const upLines = () => upByFanOut(lab);
    const containersByDocker = () => comparable(byDocker);
    let byDocker: Awaited<ReturnType<typeof inspectAll>>;

    before(async () => {
      await lab.haveStandard();
      byDocker = await inspectAll();
      await equipHeads();
    });
    after(async () => {
      await lab.haveNothing();
      await clearHeads();
    });

    it("is not taken up by a bare change of the key", async () => {
      for (const run of [await lab.preview(FAN_OUT), await lab.up(FAN_OUT)]) {
        assert.equal(run.code, 2);
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
      assert.match(preview.stdout, /~ 3 to update\n +\d+ unchanged/);
      assert.deepEqual(await upLines(), [
        "update fan-out-agg1-2",
        "update fan-out-agg2-dsosd-maestro-ui-grafana-1",
        "update fan-out-samp-2",
      ]);
      assert.deepEqual(changedPlaces(before, await containerIds()), ["cygnus-03/samp"]);
      assert.equal((await runOnHost("cygnus-07", "stat -c %a /var/lib/ldms/lab/ui/secret_key")).trim(), "600");
      assert.deepEqual(await upLines(), []);
    });

    it("has the head ask for other verbs, and asks from here to the same effect where the head is frozen", async () => {
      assert.deepEqual(await upLines(), []);
      const verbs = [["status", "--all"], ["drift"], ["preflight"], ["audit"]];
      const ask = ([verb = "", ...words]: readonly string[], ...more: readonly string[]) =>
        lab.ldms([verb, "-s", "lab", ...words, ...more]);
      const socketsOnHead = async () =>
        (await runOnHost(HEAD, "find /dev/shm -path '*/ldms-kept.*' -type s -printf '%f '")).trim().split(" ").sort();
      for (const verb of verbs) {
        await ask(verb, "--no-keep");
        assert.deepEqual(await socketsOnHead(), [""], verb[0]);
        await ask(verb);
        assert.deepEqual(
          await socketsOnHead(),
          [1, 2, 3, 4, 5, 6, 7].map((number) => `cygnus-0${number}`),
          verb[0],
        );
      }

      // How a host is out of reach is told by whoever asks; times are of now.
      const tellAll = async () => {
        const told = [];
        for (const verb of [["drift"], ["preflight"]]) {
          const { code, stdout, stderr } = await ask(verb, "--json");
          told.push([code, stdout.replace(/"(lookedAt|tookSeconds)": .*|unreachable: [^"]*/g, ""), stderr]);
        }
        return told;
      };
      await runOnHost("cygnus-03", "docker rm --force samp");
      await pauseHost("cygnus-02");
      try {
        const throughHead = await tellAll();
        assert.deepEqual(
          throughHead.map(([code]) => code),
          [1, 1],
        );
        await pauseHost(HEAD);
        assert.deepEqual(await tellAll(), throughHead);
      } finally {
        await resumeHost(HEAD);
        await resumeHost("cygnus-02");
      }
      await upLines();
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
