import assert from "node:assert/strict";
import { holdsSecrets } from "../../plan/fan-out/holds-secrets";
import type { PlanFacts } from "../../plan/model/plan-facts";
import { examplePlan, NO_FACTS } from "./example-stack";

const KEY: PlanFacts = { ...NO_FACTS, secrets: { mungeKey: { lengthBytes: 1024, isUniform: false, fingerprint: "ab" } } };
const BY_KEY = { ssh: { user: "root", key: "id" } };

const CASES: readonly (readonly [what: string, holds: boolean, changes: Readonly<Record<string, unknown>>, facts: PlanFacts])[] = [
  ["the agent's ssh keys, and no secret file", false, {}, NO_FACTS],
  ["an ssh key by which files are delivered", true, BY_KEY, NO_FACTS],
  ["an ssh key by which a head is reached", true, { ...BY_KEY, method: "fan-out", fanOut: { head: "cygnus-08" } }, NO_FACTS],
  ["an ssh key, and a head that is this machine", false, { ...BY_KEY, method: "fan-out" }, NO_FACTS],
  ["a secret's file", true, { munge: { mode: "key" } }, KEY],
];

describe("holdsSecrets", () => {
  for (const [what, holds, changes, facts] of CASES) {
    it(`says ${holds ? "yes" : "no"} of ${what}`, () => assert.equal(holdsSecrets(examplePlan(changes, facts)), holds));
  }
});
