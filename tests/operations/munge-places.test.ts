import assert from "node:assert/strict";
import { checkMungePlaces, findTolerableDead, isAgreed, renderMungeReport } from "../../operations/munge/munge-places";
import type { PlannedMount } from "../../plan/model/container";
import { changeContainers } from "../unit/change-containers";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

const KEY: PlannedMount = { kind: "bind", hostPath: "/k", containerPath: "/etc/munge/munge.key", readOnly: true };

/** Three containers on this machine, each with a munged of its own. */
function plan() {
  const sketch = sketchPlan([
    {
      name: "n1",
      isLocal: true,
      containers: [
        ["a1", "sampler"],
        ["a2", "sampler"],
        ["a3", "sampler"],
      ],
    },
  ]);
  return changeContainers(sketch, (container) => ({ ...container, mounts: [KEY] }));
}

/** Of containers whose keys have these names; a credential is the key's name. */
function docker(keys: Readonly<Record<string, string>>): string {
  const cases = Object.entries(keys).map(([name, key]) => `${name}) key=${key} ;;`);
  return `case $3 in ${cases.join(" ")} *) echo "Error: No such container: $3" >&2; exit 1 ;; esac
case $4 in
munge) echo $key ;;
unmunge) [ "$(cat)" = $key ] || { echo "unmunge: Error: Invalid credential" >&2; exit 15; } ;;
esac`;
}

describe("checkMungePlaces", () => {
  it("finds all munged of one key agreed", async () => {
    await withPrograms({ docker: docker({ a1: "k", a2: "k", a3: "k" }) }, async () => {
      const report = await checkMungePlaces(plan());
      assert.equal(renderMungeReport(report), "3 munged on n1 agree");
      assert.ok(isAgreed(report));
    });
  });

  it("names the container that has another key, and the one that is not there", async () => {
    await withPrograms({ docker: docker({ a1: "k", a2: "other" }) }, async () => {
      const report = await checkMungePlaces(plan());
      assert.deepEqual(renderMungeReport(report).split("\n"), [
        "1 munged on n1 agree",
        "n1: a2: munge credential of n1/a1 is refused: Invalid credential",
        "n1: a3: makes no credential: Error: No such container: a3",
      ]);
      assert.ok(!isAgreed(report));
    });
  });

  it("asks the host's munged where it lends its socket", async () => {
    const sketch = sketchPlan([{ name: "n1", isLocal: true, containers: [["samp", "sampler"]] }]);
    await withPrograms({ munge: "echo k", unmunge: "exit 0" }, async () => {
      assert.deepEqual((await checkMungePlaces(sketch)).places, [{ host: "n1", state: "ok" }]);
    });
  });
});

describe("findTolerableDead", () => {
  const report = { stack: "s", places: [{ host: "n1", container: "a1", state: "dead", message: "unreachable" }] } as const;

  it("gives the dead samplers that the stack tolerates, and undefined beyond", () => {
    assert.deepEqual(findTolerableDead(report, { ...plan(), toleratedDeadHosts: 1 }), ["n1"]);
    assert.equal(findTolerableDead(report, plan()), undefined);
  });
});
