import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { runOnHost } from "../../../lab/lab";
import { inspectAll, nowSeconds, STACK_HOSTS, storedRows, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import type { RunResult } from "../ldms-process";
import { changedResources, stepLines } from "../steps";

export const SAMPLERS = [1, 2, 3, 4];
/** Rows before and after a rotation that are looked at with it. */
const MARGIN_SECONDS = 5;
/** The samplers' interval is 1 s, and a loaded machine misses one now and then; a connection made anew costs more. */
const LONGEST_GAP_SECONDS = 3;

/** Rotations of the key of a deployed stack. @param isWritable false: the containers' root file systems cannot be written, so no munged can be made to fail */
export function describeMungeRotation(lab: LabStack, stack: string, isWritable = true): void {
  describe("ldms munge-key rotate", () => {
    const rotate = () => lab.ldms(["munge-key", "rotate", "-s", stack, "--engine", "embedded", "--yes"], { timeoutSeconds: 240 });
    const keyOf = async () => succeeded(await lab.ldms(["config", "get", "-s", stack, "mungeKey", "--show-secret"])).stdout.trim();
    const isOpen = () => /mungeKeyBefore/.test(readFileSync(lab.project.stackFile(stack), "utf8"));

    /** The one key that all hosts have in their files and all munged go by, and that the stack file says. */
    async function assertSettled(): Promise<void> {
      assert.match(succeeded(await lab.ldms(["munge-key", "check", "-s", stack])).stdout, /^8 munged on cygnus-\[01-07\] agree$/m);
      const hash = createHash("sha256")
        .update(Buffer.from(await keyOf(), "base64"))
        .digest("hex");
      const found = await Promise.all(
        STACK_HOSTS.map((host) => runOnHost(host, "find /var/lib/ldms -name munge.key -exec sha256sum {} +")),
      );
      const hashes = found
        .join("\n")
        .split("\n")
        .map((line) => line.slice(0, 64));
      assert.deepEqual(
        hashes,
        Array.from({ length: 8 }, () => hash),
      );
      const preview = succeeded(await lab.ldms(["preview", "-s", stack, "--engine", "embedded", "--json"]));
      assert.deepEqual(stepLines(changedResources(preview.stdout, "planned")), []);
      assert.equal(isOpen(), false);
    }

    it("breaks no connection and restarts no container, so that no row is lost", async () => {
      await sleep(3 * MARGIN_SECONDS * 1000);
      const [keyBefore, startedBefore, linksBefore, began] = [await keyOf(), await startTimes(), await samplerLinks(), nowSeconds()];
      const { seconds, stdout } = succeeded(await rotate());
      const ended = nowSeconds();
      assert.deepEqual(await samplerLinks(), linksBefore);
      assert.deepEqual(await startTimes(), startedBefore);
      assert.notEqual(await keyOf(), keyBefore);
      const window = Number(/^window: ([0-9.]+) s, /m.exec(stdout)?.[1]);
      assert.ok(window > 0 && window < seconds, stdout);
      assert.match(stdout, new RegExp(`^${stack}: every munged has the new key`, "m"));
      assert.ok(!stdout.includes(await keyOf()));
      // The newest rows are on their way to the store.
      await sleep(2 * MARGIN_SECONDS * 1000);
      const rows = await storedRows(began - 3 * MARGIN_SECONDS);
      const [usual, gap] = [longestGap(rows, began - 2 * MARGIN_SECONDS, began), longestGap(rows, began, ended + MARGIN_SECONDS)];
      console.log(
        `      rotated in ${seconds.toFixed(1)} s, window ${window} s; longest time between two rows of a sampler: ${gap.toFixed(2)} s, before ${usual.toFixed(2)} s`,
      );
      assert.ok(gap < LONGEST_GAP_SECONDS, `${gap} s without a row`);
      await assertSettled();
    });

    it("leaves the new key to containers that start anew", async () => {
      await runOnHost("cygnus-02", "docker restart samp");
      await runOnHost("cygnus-05", "docker restart agg1");
      assert.deepEqual(await waitForIds(SAMPLERS, nowSeconds()), SAMPLERS);
      await assertSettled();
    });

    if (!isWritable) return;

    it("brings the old key back everywhere where one munged does not take the new one", async () => {
      const keyBefore = await keyOf();
      const hash = createHash("sha256").update(Buffer.from(keyBefore, "base64")).digest("hex");
      await wrapMunged("cygnus-03", `[ "$(sha256sum <"\${1#--key-file=}" | cut -c1-64)" = ${hash} ] || exit 1`);
      const { code, stdout } = await rotate();
      assert.equal(code, 1);
      assert.match(stdout, /its munged does not take the new key/);
      assert.match(stdout, new RegExp(`^${stack}: nothing was rotated: every munged has the old key again$`, "m"));
      assert.equal(await keyOf(), keyBefore);
      await unwrapMunged("cygnus-03");
      await assertSettled();
    });

    it("is ended by the next one where it was killed", async () => {
      const keyBefore = await keyOf();
      // What is killed is a run that waits for this host, the others being done.
      await wrapMunged("cygnus-03", "sleep 4");
      const run = lab.start(["munge-key", "rotate", "-s", stack, "--engine", "embedded", "--yes"], { timeoutSeconds: 240 });
      await waitUntil(async () => (await keyHashes(stack)).size > 1, run.ended);
      run.kill("SIGKILL");
      await run.ended;
      await unwrapMunged("cygnus-03");
      assert.equal(isOpen(), true);
      const { stdout } = succeeded(await rotate());
      assert.match(stdout, /^an earlier rotation did not end: this one continues it$/m);
      assert.notEqual(await keyOf(), keyBefore);
      await assertSettled();
      assert.deepEqual(await waitForIds(SAMPLERS, nowSeconds()), SAMPLERS);
    });
  });
}

/** Puts a shell script in the place of the container's munged. */
async function wrapMunged(host: string, body: string): Promise<void> {
  const path = "/usr/local/sbin/munged";
  const stdin = `#!/bin/sh\n${body}\nexec /usr/sbin/munged "$@"\n`;
  await runOnHost(host, `docker exec --interactive samp sh -c 'cat >${path} && chmod 755 ${path}'`, { stdin });
}

async function unwrapMunged(host: string): Promise<void> {
  await runOnHost(host, "docker exec samp rm /usr/local/sbin/munged");
}

async function startTimes(): Promise<Readonly<Record<string, string>>> {
  const containers = [...(await inspectAll())];
  return Object.fromEntries(containers.map(([place, { State }]) => [place, (State as { readonly StartedAt: string }).StartedAt]));
}

async function keyHashes(stack: string): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    STACK_HOSTS.slice(0, 4).map((host) => runOnHost(host, `sha256sum </var/lib/ldms/${stack}/samp/munge.key`)),
  );
  return new Set(found);
}

/** @throws Error where the run ends before it is so */
async function waitUntil(isSo: () => Promise<boolean>, ended: Promise<RunResult>): Promise<void> {
  let result: RunResult | undefined;
  ended.then((value) => {
    result = value;
  });
  while (!(await isSo())) assert.equal(result, undefined, `the run was over first: ${result?.stdout}${result?.stderr}`);
}

/** The connections of the level-1 aggregators to their samplers, by both ends. */
async function samplerLinks(): Promise<string> {
  const links = await Promise.all(
    ["cygnus-05", "cygnus-06"].map((host) =>
      runOnHost(host, "ss -Htn state established '( dport = :411 )' | awk '{ print $3, $4 }' | grep -v 127.0.0.1 | sort"),
    ),
  );
  const text = links.join("\n");
  assert.equal(text.split("\n").length, SAMPLERS.length);
  return text;
}

/** The longest time that a sampler was without a row between two moments, seconds. */
function longestGap(rows: Awaited<ReturnType<typeof storedRows>>, from: number, to: number): number {
  const gaps = SAMPLERS.flatMap((id) => {
    const times = rows.filter(({ componentId }) => componentId === id).map(({ timestamp }) => timestamp);
    const moments = [from, ...times.filter((time) => time > from && time < to).sort((a, b) => a - b), to];
    return moments.slice(1).map((time, index) => time - moments[index]!);
  });
  return Math.max(...gaps);
}
