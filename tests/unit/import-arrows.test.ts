import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const ROOT = join(__dirname, "../..");

/** What each part may import of the others; `.` is the files at the top: index.ts, program.ts, cli.ts. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  plan: [],
  components: ["plan"],
  policies: ["plan"],
  engine: ["plan"],
  operations: ["plan", "components"],
  automation: ["plan", "operations", "engine"],
  cli: ["plan", "operations", "engine", "automation", "."],
  lab: ["plan", "operations"],
  bench: ["plan", "operations", "engine", "components", "policies", "lab"],
  ".": ["plan", "components", "operations", "engine", "automation", "cli"],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function sources(): string[] {
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name in ALLOWED);
  const below = folders.flatMap(({ name }) => readdirSync(join(ROOT, name), { recursive: true }).map((file) => `${name}/${file}`));
  return [...readdirSync(ROOT), ...below].filter((file) => file.endsWith(".ts"));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const targets = [...text.matchAll(/(?:from|import|require\()\s*"([^"]+)"/g)].map((match) => match[1]!);
  return targets.map((target) => ({ file, target: target.startsWith(".") ? normalize(join(dirname(file), target)) : target }));
}

const partOf = (file: string) => (file.includes("/") ? file.split("/")[0]! : ".");

describe("imports between the parts", () => {
  const files = new Set(sources());
  const all = [...files].flatMap(importsOf);
  const isOwn = ({ target }: Import) => files.has(`${target}.ts`) || files.has(`${target}/index.ts`);

  it("are found at all", () => {
    assert.ok(all.some(({ file, target }) => file === "components/cluster.ts" && target === "components/host"));
  });

  it("follow the arrows of the design", () => {
    const own = all.filter(isOwn);
    const wrong = own.filter(({ file, target }) => partOf(file) !== partOf(target) && !ALLOWED[partOf(file)]?.includes(partOf(target)));
    assert.deepEqual(
      wrong.map(({ file, target }) => `${file} → ${target}`),
      [],
    );
  });

  it("leave plan/ without Pulumi, the file system, processes and the network", () => {
    const allowed = /^(node:crypto|zod|yaml)$/;
    const outside = all.filter(({ file, target }) => partOf(file) === "plan" && !target.startsWith("plan/") && !allowed.test(target));
    assert.deepEqual(outside, []);
  });

  it("never lead to an entry point", () => {
    const entries = all.filter(({ target }) => ["index", "cli", "policies/index"].includes(target));
    assert.deepEqual(entries, []);
  });
});
