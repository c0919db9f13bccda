import assert from "node:assert/strict";
import { ALL_RULES } from "../../plan/rules/all-rules";
import { renderJunit } from "../../plan/rules/render-junit";
import { renderSarif } from "../../plan/rules/render-sarif";
import type { Violation } from "../../plan/rules/violation";

const PID: Violation = {
  rule: "sampler-shares-host-pid",
  severity: "high",
  enforcement: "mandatory",
  hosts: ["cygnus-01", "cygnus-02"],
  message: 'sampler `a<b>&"c" does not share the host\'s PID namespace',
  help: "give the container the PID mode `host`",
};
const IMAGE: Violation = {
  rule: "image-pinned-by-digest",
  severity: "medium",
  enforcement: "advisory",
  hosts: [],
  message: "image is not pinned by digest: `x:1`",
  help: "ldms images lock -s STACK",
};

interface Sarif {
  readonly version: string;
  readonly runs: readonly [
    { readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }; readonly results: readonly Result[] },
  ];
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly object[];
}

describe("renderSarif", () => {
  const sarif = renderSarif("Pulumi.cygnus.yaml", [PID, IMAGE]) as Sarif;
  const [run] = sarif.runs;

  it("is a log of version 2.1.0 that knows every rule", () => {
    assert.equal(sarif.version, "2.1.0");
    assert.deepEqual(
      run.tool.driver.rules.map(({ id }) => id),
      ALL_RULES.map(({ name }) => name),
    );
  });

  it("has a result a violation, at the stack file, with the folded hosts", () => {
    const [first] = run.results;
    assert.equal(run.tool.driver.rules[first!.ruleIndex]!.id, "sampler-shares-host-pid");
    assert.match(first!.message.text, /^cygnus-\[01-02\]: sampler /);
    assert.deepEqual(first!.locations, [
      {
        physicalLocation: { artifactLocation: { uri: "Pulumi.cygnus.yaml" }, region: { startLine: 1 } },
        logicalLocations: [{ name: "cygnus-[01-02]", kind: "resource" }],
      },
    ]);
  });

  it("calls what is mandatory an error, and advice a warning", () => {
    assert.deepEqual(
      run.results.map(({ ruleId, level }) => [ruleId, level]),
      [
        ["sampler-shares-host-pid", "error"],
        ["image-pinned-by-digest", "warning"],
      ],
    );
  });
});

describe("renderJunit", () => {
  const xml = renderJunit("cygnus", [PID, IMAGE]);

  it("has a case a rule, failed where a mandatory one is broken", () => {
    assert.match(xml, new RegExp(`<testsuite name="ldms policy cygnus" tests="${ALL_RULES.length}" failures="1">`));
    assert.match(xml, /<testcase classname="ldms" name="component-ids-unique"\/>/);
    assert.match(xml, /name="image-pinned-by-digest"><system-out>/);
  });

  it("skips a rule of which all that breaks it is waived, for the reason", () => {
    const waived = renderJunit("s", [{ ...PID, waived: { reason: "a <test> host", until: "2027-01-31" } }]);
    assert.match(waived, /failures="0"/);
    assert.match(waived, /name="sampler-shares-host-pid"><skipped message="waived: a &lt;test&gt; host"\/>/);
    assert.match(renderJunit("s", [{ ...PID, waived: { reason: "x" } }, PID]), /failures="1"/);
  });

  it("fails a case of its own for a waiver that has ended", () => {
    assert.match(renderJunit("s", [{ ...PID, rule: "waiver-not-expired" }]), /name="waiver-not-expired"><failure /);
  });

  it("escapes what XML has a meaning for", () => {
    assert.match(xml, /<failure message="sampler `a&lt;b&gt;&amp;&quot;c&quot; does not/);
    assert.match(renderJunit("s", [{ ...PID, message: "\u0000\u001b[31m" }]), /<failure message="\?\?\[31m">/);
  });
});
