import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { WaitDisplay } from "../../cli/wait-display";
import type { ServiceReport } from "../../operations/observe/await-service";

function reportOf(present: number, changes: Partial<ServiceReport> = {}): ServiceReport {
  const hosts = ["n-1", "n-2"];
  const missing = hosts.slice(present).map((host, i) => ({ host, componentId: present + i + 1 }));
  const store = {
    store: "sos",
    hosts: ["n-3"],
    present: hosts.slice(0, present),
    missing,
    strangers: [],
    newestAgeSeconds: present,
    faults: [],
  };
  return { stack: "s", stores: [store], unread: [], handedOver: [], troubles: [], deadHosts: [], isWell: present === 2, ...changes };
}

describe("WaitDisplay", () => {
  /** What a pipe gets of these looks, and of the last one as the end. */
  function shown(...looks: readonly ServiceReport[]): readonly string[] {
    let text = "";
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        text += String(chunk);
        done();
      },
    });
    const display = new WaitDisplay(stream as unknown as NodeJS.WriteStream);
    for (const look of looks) display.show(look);
    display.close(looks.at(-1)!);
    return text.trimEnd().split("\n");
  }

  it("says nothing but the end of what is well at once", () => {
    assert.deepEqual(shown(reportOf(2)), ["2 of 2 samplers in the store on n-3, newest row 2 s old"]);
  });

  it("has a line when something changes, and none for a row's age", () => {
    const older = reportOf(1);
    const aged = { ...older, stores: older.stores.map((store) => ({ ...store, newestAgeSeconds: 9 })) };
    assert.deepEqual(shown(reportOf(0), older, aged, reportOf(2)), [
      "waiting for data: 0 of 2 samplers in the store on n-3, newest row 0 s old; missing: n-[1-2] (component [1-2])",
      "waiting for data: 1 of 2 samplers in the store on n-3, newest row 1 s old; missing: n-2 (component 2)",
      "2 of 2 samplers in the store on n-3, newest row 2 s old",
    ]);
  });

  it("ends with the cause where not all is well", () => {
    const troubles = [{ host: "n-2", container: "samp", state: "restarting", reason: "Error 7" }];
    assert.deepEqual(shown(reportOf(1, { troubles })).slice(2), [
      "deployed, but not all is well:",
      "1 of 2 samplers in the store on n-3, newest row 1 s old; missing: n-2 (component 2)",
      "samp on n-2 restarting: Error 7",
    ]);
  });
});
