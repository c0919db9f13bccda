import assert from "node:assert/strict";
import { renderAdoption } from "../../../operations/adopt/render-adoption";
import { planStack } from "../../../operations/plan-stack";
import { type HandMade, listHandMade } from "../../../plan/adopt/hand-made";
import { proveAdoption } from "../../../plan/adopt/proof";
import { stackOfFound } from "../../../plan/adopt/stack-of-found";
import type { TypedContainer } from "../../golden/typed-commands";
import { readmeHosts } from "./readme-hosts";

/** What the stack of the README's own commands comes to where some of them were typed otherwise. */
async function prove(change?: (line: TypedContainer) => TypedContainer, further: (found: HandMade[]) => HandMade[] = (found) => found) {
  const { config } = stackOfFound(listHandMade(readmeHosts()), {});
  const { plan } = await planStack({ stack: "cygnus", projectFolder: "/nowhere", values: config, secrets: {} });
  return proveAdoption(plan, further(listHandMade(readmeHosts(change))));
}

const at = (host: string, change: (line: TypedContainer) => TypedContainer) => (line: TypedContainer) =>
  line.host === host && line.options["name"]?.at(-1) === "samp" ? change(line) : line;

const LATER =
  "What only a new container gets, whenever it is made: --env, --health-cmd, --log-opt, --memory, --restart, --stop-timeout, --ulimit, --volume, -c, -m (`ldms plan` has the values)";

describe("proveAdoption", () => {
  it("finds all of the README's containers as the stack has them, and says what a new one would get", async () => {
    assert.equal(
      renderAdoption(await prove(), false),
      `cygnus-[01-04]: samp is as in the stack
cygnus-[05-06]: agg1 is as in the stack
cygnus-07: agg2 is as in the stack
cygnus-07: maestro is as in the stack
cygnus-07: ui is as in the stack
cygnus-07: grafana is as in the stack
${LATER}
10 containers would be taken over, as they run: nothing is restarted`,
    );
  });

  it("names three outliers, each in the words of its `docker run`", async () => {
    const proof = await prove((line) =>
      [
        at("cygnus-01", (one) => ({ ...one, argv: ["-x", "rdma:412", "-a", "munge"] })),
        at("cygnus-02", (one) => ({ ...one, image: "ovishpc/ldms-samp:4.3.8" })),
        at("cygnus-03", ({ options: { privileged: _, ...options }, ...one }) => ({
          ...one,
          options: { ...options, env: ["COMPONENT_ID=3", "TOKEN=hunter2"] },
        })),
      ].reduce((changed, change) => change(changed), line),
    );
    assert.equal(
      renderAdoption(proof, true),
      `cygnus-01: samp is not as in the stack: the next \`up\` makes it anew
  - -x rdma:412
  + -x rdma:411
cygnus-02: samp is not as in the stack: the next \`up\` makes it anew
  - image ovishpc/ldms-samp:4.3.8
  + image ovishpc/ldms-samp:latest
cygnus-03: samp is not as in the stack: the next \`up\` makes it anew
  - --env TOKEN=***
  + --privileged
cygnus-04: samp is as in the stack
cygnus-[05-06]: agg1 is as in the stack
cygnus-07: agg2 is as in the stack
cygnus-07: maestro is as in the stack
cygnus-07: ui is as in the stack
cygnus-07: grafana is as in the stack
${LATER}
10 containers taken over, as they run: nothing is restarted; 3 of them differ from the stack`,
    );
  });

  it("shows no secret of an argument or a URL", async () => {
    const proof = await prove((line) =>
      line.host === "cygnus-07"
        ? {
            ...line,
            argv: [...line.argv, "--set", "DB_PASSWORD=hunter2", "--proxy=http://ldms:hunter2@proxy"],
            options: { ...line.options, env: ["HTTP_PROXY=http://ldms:hunter2@proxy"] },
          }
        : line,
    );
    const ui = proof.containers.find(({ container }) => container === "ui")!;
    assert.deepEqual(ui.differences, ["- --env HTTP_PROXY=***", "- --set ***", "- --proxy ***"]);
    assert.equal(JSON.stringify(proof).includes("hunter2"), false);
  });

  it("tells one argument with a blank from two", async () => {
    const withSet =
      (...words: readonly string[]) =>
      (line: TypedContainer) =>
        line.options["name"]?.at(-1) === "ui" ? { ...line, argv: [...line.argv, "--set", ...words] } : line;
    const { config } = stackOfFound(listHandMade(readmeHosts(withSet("title=My site"))), {});
    const { plan } = await planStack({ stack: "cygnus", projectFolder: "/nowhere", values: config, secrets: {} });
    const differencesOf = (...words: readonly string[]) =>
      proveAdoption(plan, listHandMade(readmeHosts(withSet(...words)))).containers.find(({ container }) => container === "ui")?.differences;
    assert.deepEqual(differencesOf("title=My site"), []);
    assert.deepEqual(differencesOf("title=My", "site"), ["- --set title=My site", "+ --set 'title=My site'"]);
  });

  it("tells what is missing, what is left alone, and what is in the way", async () => {
    const renamed = (found: HandMade[]) =>
      found.flatMap((one) => {
        if (one.name === "maestro") return [{ ...one, name: "ldms-maestro" }];
        if (one.host === "cygnus-04") return [];
        return one.name === "grafana" ? [one, { ...one, name: "grafana-old" }] : [one];
      });
    const proof = await prove(undefined, renamed);
    assert.deepEqual(proof.missing, [
      { host: "cygnus-04", container: "samp" },
      { host: "cygnus-07", container: "maestro" },
    ]);
    assert.deepEqual(proof.others, [
      { host: "cygnus-07", container: "ldms-maestro", help: "on cygnus-07: `docker rename ldms-maestro maestro`, which restarts nothing" },
      { host: "cygnus-07", container: "grafana-old" },
    ]);
  });

  it("leaves another stack's containers alone", async () => {
    const taken = (found: HandMade[]) =>
      found.map((one) => (one.name === "ui" ? { ...one, facts: { ...one.facts, labels: { "ldms.stack": "other" } } } : one));
    const { others, missing } = await prove(undefined, taken);
    assert.deepEqual(missing, [{ host: "cygnus-07", container: "ui" }]);
    assert.deepEqual(others[0]?.help, "it belongs to stack `other`: another name in the stack file, or `ldms destroy` of that one");
  });

  it("knows of a container that was taken over before what it counts as made from", async () => {
    const recorded = async (recordedSpec: string) => {
      const own = (found: HandMade[]) => found.map((one) => (one.name === "ui" ? { ...one, recordedSpec } : one));
      return (await prove(undefined, own)).containers.find(({ container }) => container === "ui")!;
    };
    const { spec } = await recorded("5e");
    assert.deepEqual((await recorded("5e")).differences, ["it was made from another plan"]);
    for (const same of [spec, "as-found", "held"]) assert.equal((await recorded(same)).verdict, "equal");
  });

  it("knows a container of the stack's own, whose state was lost, by its label alone", async () => {
    const label = (spec: (own: string) => string) => async (): Promise<readonly [string, readonly string[]]> => {
      const specOf = (await prove()).containers.find(({ container }) => container === "ui")!.spec;
      const labels = { "ldms.stack": "cygnus", "ldms.spec": spec(specOf) };
      const own = (found: HandMade[]) => found.map((one) => (one.name === "ui" ? { ...one, facts: { ...one.facts, labels } } : one));
      const { verdict, differences } = (await prove(undefined, own)).containers.find(({ container }) => container === "ui")!;
      return [verdict, differences];
    };
    assert.deepEqual(await label((own) => own)(), ["equal", []]);
    assert.deepEqual(await label(() => "5e")(), ["differs", ["it was made from another plan"]]);
  });
});
