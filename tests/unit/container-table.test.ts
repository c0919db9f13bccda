import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { readContainerTable, renderContainerTable } from "../../plan/fan-out/container-table";
import { CONTAINER_FUNCTIONS } from "../../plan/fan-out/host-containers";
import type { PlannedContainer } from "../../plan/model/container";
import { renderAssignments } from "../../plan/text/shell-script";
import { examplePlan } from "./example-stack";

/** The shells of hosts; one that is not here is left out. */
const SHELLS = [["dash"], ["bash"], ["busybox", "sh"]].filter(
  ([program, ...words]) => spawnSync(program!, [...words, "-c", ":"]).status === 0,
);

/** The words that the host script of a host `cygnus-03` hands to docker, by every shell. */
function readByShells(containers: string, mirror = ""): string[][] {
  const values = renderAssignments({ containers, mirror, number: 3, own: "", host: "cygnus-03" });
  const script = `${values}${CONTAINER_FUNCTIONS}\nprint() { printf '%s\\0' "$#" "$@"; }\neach print\n`;
  const outputs = SHELLS.map(([program, ...words]) => spawnSync(program!, [...words, "-s"], { input: script, encoding: "utf8" }).stdout);
  for (const output of outputs) assert.equal(output, outputs[0]);
  const fields = outputs[0]!.split("\0").slice(0, -1);
  const runs: string[][] = [];
  while (fields.length > 0) runs.push(fields.splice(0, Number(fields.shift())));
  return runs;
}

const ofHost = (runs: readonly (readonly string[])[]) =>
  runs.map((words) => words.map((word) => word.replace(/\{number\}$/, "3").replace(/\{host\}$/, "cygnus-03")));
const [GROUP] = examplePlan({ method: "fan-out" }).fanOut!.groups;
const [SAMP] = GROUP!.containers as [PlannedContainer];
const REFERENCE = "reg.site:5000/ovishpc/ldms-samp@sha256:11";

describe("renderContainerTable", () => {
  it("gives the shells of hosts the words that the policies read", () => {
    const table = renderContainerTable([SAMP, { ...SAMP, name: "other" }], new Map([["ldms-samp", REFERENCE]]));
    const runs = readContainerTable(table)!;
    assert.deepEqual(
      runs.map(([, , name]) => name),
      ["samp", "other"],
    );
    assert.ok(runs[0]!.includes("COMPID={number}") && runs[0]!.includes("HOSTNAME={host}") && runs[0]!.includes(REFERENCE));
    assert.deepEqual(readByShells(table), ofHost(runs));
  });

  it("keeps words of any kind, those of several lines too", () => {
    const words = fc.array(fc.stringMatching(/^[ -~\n]*$/), { maxLength: 5 });
    fc.assert(
      fc.property(words, (argv) => {
        const runs = readContainerTable(renderContainerTable([{ ...SAMP, argv }], new Map()))!;
        assert.deepEqual(runs[0]!.slice(runs[0]!.length - argv.length), argv);
        assert.deepEqual(readByShells(renderContainerTable([{ ...SAMP, argv }], new Map())), ofHost(runs));
      }),
      { numRuns: 30 },
    );
  });

  const IMAGES: Readonly<Record<string, string>> = {
    [REFERENCE]: "rack1:5000/ovishpc/ldms-samp@sha256:11",
    "ovishpc/ldms-samp:4.5.3": "rack1:5000/ovishpc/ldms-samp:4.5.3",
    "sha256:22": "sha256:22",
  };
  for (const [reference, mirrored] of Object.entries(IMAGES)) {
    it(`has a host pull ${reference} from its mirror, if it can be`, () => {
      const table = renderContainerTable([SAMP], new Map([["ldms-samp", reference]]));
      const at = readContainerTable(table)![0]!.indexOf(reference);
      assert.deepEqual([readByShells(table)[0]![at], readByShells(table, "rack1:5000")[0]![at]], [reference, mirrored]);
    });
  }
});

describe("readContainerTable", () => {
  it("reads no table with a line that the host script does not know", () => {
    for (const line of ["words x", "toString x", "-", " word x"])
      assert.equal(readContainerTable(`container samp\n${line}\nend\n`), undefined);
  });

  it("takes any lines that it reads for the words that a shell makes of them", () => {
    const line = fc.constantFrom(
      "container a",
      "spec x",
      "part p",
      "word w",
      "word-own w",
      "spec-own x",
      "word",
      "registry r",
      "registry ",
      "image i",
      "number N=",
      "host H=",
      "end",
      "",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const table = lines.join("\n");
        assert.deepEqual(readByShells(table), ofHost(readContainerTable(table)!));
      }),
      { numRuns: 40 },
    );
  });
});
