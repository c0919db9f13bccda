import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { PROJECT_PARTS } from "../../operations/common/project-parts";
import { groupBy } from "../../plan/text/group-by";

const ROOT = join(__dirname, "../..");

/** What each part may import of the others; `.` is the files at the top: index.ts, program.ts, cli.ts. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  plan: [],
  components: ["plan"],
  policies: ["plan"],
  stack: ["plan"],
  processes: ["plan"],
  engine: ["plan", "stack", "processes"],
  operations: ["plan", "components", "processes"],
  automation: ["plan", "operations", "engine", "stack"],
  portal: ["plan", "operations", "engine", "stack", "automation"],
  cli: ["plan", "operations", "engine", "stack", "automation", "portal", "processes", "."],
  lab: ["plan", "operations", "processes"],
  bench: ["plan", "operations", "engine", "stack", "components", "policies", "lab", "processes"],
  ".": ["plan", "components", "operations", "engine", "stack", "automation", "cli"],
};

/** What an import leaves out. */
const ENDS = [".ts", ".tsx", "/index.ts"];

interface Import {
  readonly file: string;
  readonly target: string;
}

function sources(): string[] {
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name in ALLOWED);
  const below = folders.flatMap(({ name }) => readdirSync(join(ROOT, name), { recursive: true }).map((file) => `${name}/${file}`));
  return [...readdirSync(ROOT), ...below].filter((file) => /\.tsx?$/.test(file));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const targets = [...text.matchAll(/(?:(?<![\w-])from|import|require\()\s*"([^"]+)"/g)].map((match) => match[1]!);
  return targets.map((target) => ({ file, target: target.startsWith(".") ? normalize(join(dirname(file), target)) : target }));
}

type Arrow = readonly [from: string, to: string];

/** The first circle, from one of its members back to it; empty where there is none. */
function findCircle(arrows: readonly Arrow[]): readonly string[] {
  const targets = groupBy(arrows, ([from]) => from);
  const done = new Set<string>();
  const follow = (at: string, path: readonly string[]): readonly string[] => {
    if (path.includes(at)) return [...path.slice(path.indexOf(at)), at];
    if (done.has(at)) return [];
    for (const [, to] of targets.get(at) ?? []) {
      const circle = follow(to, [...path, at]);
      if (circle.length > 0) return circle;
    }
    done.add(at);
    return [];
  };
  for (const from of targets.keys()) {
    const circle = follow(from, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

const partOf = (file: string) => (file.includes("/") ? file.split("/")[0]! : ".");

describe("imports between the parts", () => {
  const files = new Set(sources());
  const all = [...files].flatMap(importsOf);
  const moduleOf = (target: string) => ENDS.map((end) => `${target}${end}`).find((file) => files.has(file));
  const isOwn = ({ target }: Import) => moduleOf(target) !== undefined;

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

  const arrows = all.filter(isOwn).map(({ file, target }): Arrow => [file, moduleOf(target)!]);

  it("make no circle of files, types included", () => assert.deepEqual(findCircle(arrows), []));

  for (const part of ["plan", "operations", "engine"]) {
    it(`make no circle of folders in ${part}/`, () => {
      const inside = arrows.filter((ends) => ends.every((file) => file.startsWith(`${part}/`)));
      const ofFolders = inside.map(([from, to]): Arrow => [dirname(from), dirname(to)]).filter(([from, to]) => from !== to);
      assert.deepEqual(findCircle(ofFolders), []);
    });
  }

  it("lead the portal's server to no way of its own to a process, an engine or a host", () => {
    const own = all.filter(({ file }) => file.startsWith("portal/server/"));
    const ways = own.filter(({ target }) =>
      /child_process|nano-spawn|dockerode|^processes\/|^operations\/(reach|images|builds)\//.test(target),
    );
    assert.ok(own.length > 100);
    assert.deepEqual(ways, []);
  });

  it("lead from a stack's program and its commands to what a bundle takes along, and no further", () => {
    const targets = groupBy(arrows, ([from]) => from);
    const reached = new Set(["index.ts", "cli.ts", "policies/index.ts"]);
    for (const file of reached) for (const [, to] of targets.get(file) ?? []) reached.add(to);
    const parts = [...reached].map((file) => (file.includes("/") ? partOf(file) : file));
    assert.deepEqual(
      parts.filter((part) => !PROJECT_PARTS.includes(part)),
      [],
    );
  });

  it("take into the portal's page what is pure, and of the server no more than the types that both speak", () => {
    const page = all.filter(({ file, target }) => file.startsWith("portal/page/") && isOwn({ file, target }));
    const foreign = page.filter(({ target }) => !/^(portal\/page|plan)\//.test(target) && target !== "portal/api");
    assert.deepEqual(foreign, []);
    assert.ok(page.length > 50);
    const values = sources().filter((file) => /import (?!type)[^;]*"[./]*\/api"/.test(readFileSync(join(ROOT, file), "utf8")));
    assert.deepEqual(values, []);
  });

  it("tell a circle where there is one", () => {
    const some: readonly Arrow[] = [
      ["a", "b"],
      ["b", "c"],
      ["c", "d"],
      ["d", "b"],
      ["a", "d"],
    ];
    assert.deepEqual(findCircle(some), ["b", "c", "d", "b"]);
    assert.deepEqual(findCircle(some.slice(0, 3)), []);
  });

  it("leave plan/ without Pulumi, the file system, processes and the network", () => {
    const allowed = /^(node:crypto|diff|zod|yaml)$/;
    const outside = all.filter(({ file, target }) => partOf(file) === "plan" && !target.startsWith("plan/") && !allowed.test(target));
    assert.deepEqual(outside, []);
  });

  it("never lead to an entry point", () => {
    const entries = all.filter(({ target }) => ["index", "cli", "policies/index"].includes(target));
    assert.deepEqual(entries, []);
  });
});

describe("the names of files", () => {
  /** A key's form and a record of the plan are called as what they are the form and the record of. */
  const FORMS = ["plan/config", "plan/model"];
  /** Pulumi looks for it. */
  const GIVEN = ["index.ts"];

  it("are each one's own: an open tab and a stack trace do not say the folder", () => {
    const named = sources().filter((file) => !FORMS.includes(dirname(file)) && !GIVEN.includes(basename(file)));
    const twins = [...groupBy(named, (file) => basename(file)).values()].filter((files) => files.length > 1);
    assert.ok(named.length > 500);
    assert.deepEqual(twins, []);
  });
});
