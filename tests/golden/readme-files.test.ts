import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { expandHostlist } from "../../plan/hostlist/hostlist";
import { examplePlan, textOf } from "../unit/example-stack";

const FOLDER = join(__dirname, "../fixtures/readme");
const readme = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const plan = examplePlan();
/** The same cluster with images of the README's time, whose maestro reads its grammar. */
const ofItsTime = examplePlan({ images: { tag: "4.3.11" }, maestro: { host: "cygnus-07", grammar: "A" } });
const ours = (name: string) => textOf(plan, `/var/lib/ldms/cygnus/${name}`);

/** Hostlists expanded and times in one form, so that `cygnus-0[1-4]` is `cygnus-[01-04]` and `1.0s` is `1s`. */
function normalize(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => normalize(item));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normalize(item, name)]));
  }
  if (["names", "hosts", "daemons", "endpoints"].includes(key)) return expandHostlist(String(value));
  if (["interval", "offset"].includes(key)) return String(value).replace(/\.0(?=[a-z])/, "");
  return value;
}

/** Names that a Python module assigns at any depth outside functions, sorted. */
function assignedNames(text: string): string[] {
  const program = `
import ast, json, sys
names = set()
for node in ast.walk(ast.parse(sys.stdin.read())):
    if isinstance(node, ast.Assign):
        names.update(target.id for target in node.targets if isinstance(target, ast.Name))
print(json.dumps(sorted(names)))`;
  return JSON.parse(execFileSync("python3", ["-c", program], { input: text, encoding: "utf8" })) as string[];
}

describe("the README's configuration files", () => {
  it("have the ldms_cfg.yaml that the plan has for images of their time, apart from the key that only holds an anchor", () => {
    const { xprt, ...expected } = parse(readme("ldms_cfg.yaml"), { version: "1.1" }) as Record<string, unknown>;
    assert.equal(xprt, "rdma");
    assert.deepEqual(
      normalize(parse(textOf(ofItsTime, "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml"), { version: "1.1" })),
      normalize(expected),
    );
  });

  it("have the dsosd.conf that the plan has, byte for byte", () => {
    assert.equal(ours("ui/dsosd.conf"), readme("dsosd.conf"));
  });

  it("assign no name in settings.py that the plan's does not assign", () => {
    const assigned = assignedNames(ours("ui/settings.py"));
    const expected = assignedNames(readme("settings.py"));
    assert.ok(expected.length > 30);
    assert.deepEqual(
      expected.filter((name) => !assigned.includes(name)),
      [],
    );
  });
});
