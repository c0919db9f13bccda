import assert from "node:assert/strict";
import type { Command } from "commander";
import { Site } from "../../automation/site";
import { createProgram } from "../../cli/create-program";
import { documentedMethods } from "./site-methods";

/** Verbs of `ldms` that act on no stack. */
const OF_NO_STACK = [
  // Make the project that a site is opened in.
  "bundle load",
  "init",
  // Read a file that a site has, and print.
  "hosts import",
  "images import",
  // Serves any number of them.
  "portal",
  // Tells the form of every stack file.
  "schema",
  // Tell of `ldms` itself.
  "complete",
  "completion",
  "help",
];

const unused = () => assert.fail("no engine is needed");
const site = new Site({ name: "embedded", location: { projectFolder: "/nowhere", stack: "none" }, open: unused, records: unused });

/** `["images lock", "images sbom", …]`, those that are only a name for others left out. */
function verbsOf(command: Command, path: readonly string[] = []): string[] {
  return command.commands.flatMap((one) => {
    const at = [...path, one.name()];
    return one.commands.length > 0 ? verbsOf(one, at) : [at.join(" ")];
  });
}

/** `munge-key rotate` → `mungeKey.rotate` */
function methodOf(verb: string): string {
  return verb.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()).replaceAll(" ", ".");
}

function isMethod(path: string): boolean {
  const found = path.split(".").reduce<unknown>((at, name) => (at as Readonly<Record<string, unknown>> | undefined)?.[name], site);
  return typeof found === "function";
}

describe("Site", () => {
  const verbs = verbsOf(createProgram()).filter((verb) => !OF_NO_STACK.includes(verb));

  it("has a method for every verb of `ldms` that acts on a stack", () => {
    assert.ok(verbs.length > 25, verbs.join(", "));
    assert.deepEqual(
      verbs.filter((verb) => !isMethod(methodOf(verb))),
      [],
    );
  });

  it("has each of them in docs/automation.md", () => {
    const documented = documentedMethods();
    assert.deepEqual(
      verbs.map(methodOf).filter((path) => !documented.includes(path)),
      [],
    );
  });

  it("has every method that docs/automation.md names", () => {
    assert.deepEqual(
      documentedMethods().filter((path) => !isMethod(path)),
      [],
    );
  });

  it("is compared with verbs that are there", () => {
    const all = verbsOf(createProgram());
    assert.deepEqual(
      OF_NO_STACK.filter((verb) => !all.includes(verb)),
      [],
    );
  });
});
