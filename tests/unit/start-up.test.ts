import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "../..");

/** Packages, and files of ours, that are loaded with this one: types are not, nor what a function requires when it runs. */
function loadedWith(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  const path = join(ROOT, file);
  const text = file.endsWith(".ts") && existsSync(path) ? readFileSync(path, "utf8") : "";
  for (const [, target = ""] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)"/gm))
    loadedWith(target.startsWith(".") ? `${join(dirname(file), target)}.ts` : target, found);
  return found;
}

describe("cli.ts", () => {
  const create = readFileSync(join(ROOT, "cli/create-program.ts"), "utf8");
  const verbs = [...create.matchAll(/require\("\.\/([^"]+)"\)/g)].map(([, file]) => `cli/${file}.ts`);
  const loaded = [...new Set(["cli.ts", ...verbs].flatMap((file) => [...loadedWith(file)]))];

  it("is loaded without the options of any verb, but of two that are of all", () => {
    const options = [...loadedWith("cli.ts")].filter((file) => /-commands?\.ts$/.test(file));
    assert.deepEqual(options, ["cli/completion-commands.ts", "cli/help-command.ts"]);
  });

  it("loads the options of every verb where it is wanted", () =>
    assert.ok(loaded.includes("cli/image-build-commands.ts"), loaded.join("\n")));

  it("is loaded without what carries a verb out: `ldms --help` waits for no engine", () => {
    const ofVerbs = /^(engine|components|stack\/stack-|automation\/(?!verbs\/trusted-keys))|^(dockerode|@grpc|@pulumi)/;
    assert.deepEqual(
      loaded.filter((file) => ofVerbs.test(file)),
      [],
    );
  });
});
