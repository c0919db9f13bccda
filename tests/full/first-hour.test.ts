import assert from "node:assert/strict";
import { recordFirstHour } from "../../bench/first-hour/record-first-hour";
import { maskedText, type Recording, readRecording } from "../../bench/first-hour/recording";
import { SESSION } from "../../bench/first-hour/session";
import { runOnHost } from "../../lab/lab";
import { LabStack } from "../lab/lab-stack";
import { needLab } from "../operations/on-lab/need-lab";

describe("the README's first hour", function () {
  this.timeout(900_000);
  let now: Recording;

  before(async function () {
    await needLab.call(this);
    const lab = new LabStack();
    await lab.prepare().finally(() => lab.remove());
    // The rows of another LDMS's store are no rows for this one.
    await runOnHost("cygnus-07", "rm -rf /store");
    now = await recordFirstHour(readRecording().binaries === "upstream's LDMS" ? process.env["LDMS_OVIS"] : undefined);
  });

  for (const [index, { typed }] of SESSION.entries()) {
    it(`prints what the picture shows of \`${typed.split(" \\")[0]}\``, () => {
      const recorded = readRecording().commands[index]!;
      assert.deepEqual(maskedText(now.commands[index]!), maskedText(recorded), "`npm run first-hour` records it anew");
    });
  }
});
