import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { deliveredFiles, inspectAll } from "../lab/lab-facts";
import { LabStack, succeeded } from "../lab/lab-stack";
import type { StartedProcess } from "../lab/ldms-process";
import { changedResources, stepLines } from "../lab/steps";
import { needLab } from "../operations/on-lab/need-lab";
import { randomNumbers, testSeed } from "./random";

/** Two kills a round, one of an `up` and one of a `destroy`. */
const ROUNDS = 5;
/** What the dead run's own children may take to notice. */
const ORPHAN_SECONDS = 20;
const SECONDS = 300;

describe("a run that SIGKILL ends, continued", function () {
  this.timeout(900_000);
  const random = randomNumbers(testSeed());
  let lab: LabStack;
  let places: readonly string[] = [];
  let upSeconds = 0;
  let destroySeconds = 0;

  before(async function () {
    await needLab.call(this);
    lab = new LabStack();
    await lab.prepare();
    upSeconds = succeeded(await lab.up()).seconds;
    places = [...(await inspectAll()).keys()];
    destroySeconds = succeeded(await lab.destroy()).seconds;
  });
  after(() => lab?.remove());

  const start = (verb: "up" | "destroy") => {
    const words = ["--engine", "embedded", "--yes", ...(verb === "up" ? ["--no-wait"] : [])];
    return lab.start([verb, "-s", "lab", ...words], { timeoutSeconds: SECONDS });
  };

  for (let round = 1; round <= ROUNDS; round++) {
    it(`up, round ${round}: has every container once, and nothing left to do`, async () => {
      lab.touch();
      await killAtRandom(start("up"), upSeconds, random);
      succeeded(await start("up").ended);
      const found = await inspectAll();
      assert.deepEqual([...found.keys()], places);
      assert.deepEqual(
        [...found.values()].map(stackLabel),
        places.map(() => "lab"),
      );
      const preview = succeeded(await lab.preview({}, ["--refresh", "--json"]));
      assert.deepEqual(stepLines(changedResources(preview.stdout, "planned")), []);
    });

    it(`destroy, round ${round}: leaves nothing`, async () => {
      await killAtRandom(start("destroy"), destroySeconds, random);
      succeeded(await start("destroy").ended);
      assert.deepEqual([...(await inspectAll()).keys()], []);
      assert.deepEqual(await deliveredFiles("cygnus-07"), {});
    });
  }
});

function stackLabel({ Config }: Readonly<Record<string, unknown>>): string | undefined {
  return (Config as { readonly Labels: Readonly<Record<string, string>> }).Labels["ldms.stack"];
}

/** Kills the run's own process or its whole group; what is left of the group has to end by itself. */
async function killAtRandom(run: StartedProcess, usualSeconds: number, random: () => number): Promise<void> {
  const moment = random() * usualSeconds;
  const isGroup = random() < 0.5;
  const ended = await Promise.race([run.ended.then(() => true), sleep(moment * 1000, false)]);
  console.log(`      killed after ${moment.toFixed(1)} s${ended ? ", which was too late" : ""}${isGroup ? ", its children too" : ""}`);
  if (ended) return;
  if (isGroup) run.kill("SIGKILL");
  else run.child.kill("SIGKILL");
  const deadline = Date.now() + ORPHAN_SECONDS * 1000;
  while (isAlive(run.child.pid ?? 0)) {
    assert(Date.now() < deadline, `children of the killed run still live ${ORPHAN_SECONDS} s later`);
    await sleep(200);
  }
}

function isAlive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
