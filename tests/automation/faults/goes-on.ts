import assert from "node:assert/strict";
import type { Site } from "../../../automation";
import type { FaultSite } from "./fault-site";

const ALL = ["a", "b", "c"];

/** Once what was wrong is gone, the next run does what is left and takes nothing away, and the one behind it finds nothing to do. */
export async function assertGoesOn(at: FaultSite, site: Site): Promise<void> {
  at.mend();
  const { changes } = await site.up().result;
  assert.deepEqual([at.things, at.recorded, at.locks], [ALL, ALL, []]);
  // `pulumi` keeps the note of an interrupted create until a person takes it away.
  if (at.engine === "embedded") assert.deepEqual(at.pending, []);
  assert.equal(changes["delete"], undefined);
  assert.deepEqual((await site.up().result).changes, { same: 4 });
}
