import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runOnHost } from "../../../lab/lab";
import { inspectAll, nowSeconds, STACK_HOSTS, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import type { RunResult, StartedProcess } from "../ldms-process";

const STACK = "labkey";
const LOOK_MS = 200;

/** Munge mode `key`: a stack beside `lab`, whose daemons have a munged of their own. */
export function describeMungeKey(lab: LabStack): void {
  describe("munge mode key, with a Pulumi secret", () => {
    // Never all of one byte, and long enough that no part of it turns up by chance.
    const key = randomBytes(128);
    const spellings = [
      key.toString("base64"),
      key.toString("hex"),
      key.toString("base64").slice(0, 40),
      key.toString("latin1").slice(0, 24),
    ];
    const runs: RunResult[] = [];
    let seen: readonly string[] = [];

    before(async () => {
      await lab.haveNothing();
      lab.project.writeStackFile(STACK, { "ldms:munge": { mode: "key" } });
      const set = ["config", "set", "-s", STACK, "--secret", "mungeKey"];
      runs.push(succeeded(await lab.ldms(set, { stdin: `${key.toString("base64")}\n` })));
      const up = lab.start(["up", "-s", STACK, "--engine", "embedded", "--yes"], { timeoutSeconds: 300 });
      [seen] = await Promise.all([watchProcesses(up, spellings), up.ended.then((result) => runs.push(result))]);
      succeeded(runs.at(-1)!);
    });
    after(async () => {
      succeeded(await lab.ldms(["destroy", "-s", STACK, "--engine", "embedded", "--yes"]));
    });

    it("brings the rows of all samplers", async () => {
      assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds()), [1, 2, 3, 4]);
    });

    it("delivers the key to every ldmsd as 0600 101:101, and to nobody else", async () => {
      for (const host of STACK_HOSTS) {
        const keys = await runOnHost(host, `find /var/lib/ldms -name munge.key -exec stat -c '%a %u:%g %n' {} + | sort`);
        const containers = { "cygnus-05": ["agg1"], "cygnus-06": ["agg1"], "cygnus-07": ["agg2", "maestro"] }[host] ?? ["samp"];
        assert.deepEqual(
          keys.split("\n"),
          containers.map((name) => `600 101:101 /var/lib/ldms/${STACK}/${name}/munge.key`),
        );
        const found = await runOnHost(host, `base64 --wrap 0 /var/lib/ldms/${STACK}/${containers[0]}/munge.key`);
        assert.equal(found, key.toString("base64"));
      }
    });

    it("uses it in the containers' own munged, not the host's", async () => {
      const mounts = await runOnHost("cygnus-01", "docker inspect --format '{{range .Mounts}}{{.Destination}} {{end}}' samp");
      assert.equal(mounts.trim(), "/etc/munge/munge.key");
    });

    it("shows its value to no process list and no environment while it deploys", () => {
      assert.deepEqual(seen, []);
    });

    it("has its value in no output, state, file below the project, or label", async () => {
      for (const args of [
        ["plan", "-s", STACK],
        ["plan", "-s", STACK, "--json"],
        ["preview", "-s", STACK, "--engine", "embedded", "--json"],
        ["export", "-s", STACK],
        ["outputs", "-s", STACK],
        ["config", "get", "-s", STACK, "mungeKey"],
      ]) {
        runs.push(succeeded(await lab.ldms(args)));
      }
      const outputs = runs.map(({ stdout, stderr }) => stdout + stderr);
      const inspected = JSON.stringify([...(await inspectAll()).values()]);
      assert.deepEqual(
        [...outputs, inspected].filter((text) => holdsAny(text, spellings)),
        [],
      );
      assert.deepEqual(filesThatHold(lab.project.path, spellings), []);
    });
  });
}

function holdsAny(text: string, spellings: readonly string[]): boolean {
  return spellings.some((spelling) => text.includes(spelling));
}

/** Arguments and environments that hold a spelling while the run goes on. The hosts' processes are among this machine's. */
async function watchProcesses(run: StartedProcess, spellings: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  let isOver = false;
  run.ended
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  while (!isOver) {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      for (const file of ["cmdline", "environ"]) {
        if (holdsAny(readIfThere(`/proc/${pid}/${file}`), spellings)) found.add(`${file} of ${readIfThere(`/proc/${pid}/comm`).trim()}`);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return [...found];
}

/** Latin 1, so that bytes of any value are found. Processes end while they are looked at. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function filesThatHold(folder: string, spellings: readonly string[]): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name)).filter((path) => holdsAny(readFileSync(path, "latin1"), spellings));
}
