import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { createProgram } from "../../cli/create-program";
import { JSON_FORMS, renderJsonForms } from "./json-forms";

const PAGE = join(__dirname, "../../docs/command-line.md");
const BEGIN = "<!-- made from tests/unit/json-forms.ts -->\n\n";

/** Their JSON is a plan, a state, a line an event, or told where the verb is. */
const ELSEWHERE = ["plan", "preview", "up", "refresh", "destroy", "images build", "images import", "hosts import", "rollback"];
const BUNDLES = ["bundle create", "bundle load", "outputs"];

function withJson(command: Command, path: readonly string[] = []): string[] {
  return command.commands.flatMap((one) => {
    const at = [...path, one.name()];
    return [...(one.options.some(({ long }) => long === "--json") ? [at.join(" ")] : []), ...withJson(one, at)];
  });
}

describe("docs/command-line.md", () => {
  it("has the form of every report as the types have it", () => {
    const page = readFileSync(PAGE, "utf8");
    const [head] = page.split(BEGIN);
    const expected = `${head}${BEGIN}${renderJsonForms()}`;
    if (process.env["UPDATE_GOLDEN"]) writeFileSync(PAGE, expected);
    else assert.equal(page, expected);
  });

  it("leaves out no verb that has --json", () => {
    const verbs = withJson(createProgram()).sort();
    assert.deepEqual(verbs, [...JSON_FORMS.map(({ verb }) => verb), ...ELSEWHERE, ...BUNDLES].sort());
    const page = readFileSync(PAGE, "utf8");
    for (const verb of verbs) assert.ok(page.includes(`ldms ${verb}`), verb);
  });
});
