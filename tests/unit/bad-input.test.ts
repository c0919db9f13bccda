import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseClusterConfig } from "../../plan/checks/parse";
import { ConfigError } from "../../plan/problems/errors";
import { BAD_AGGREGATORS } from "./bad-aggregators";
import { BAD_CONFIGURE } from "./bad-configure";
import { BAD_GIVEN } from "./bad-given";
import { BAD_PLUGINS } from "./bad-plugins";
import { BAD_STACK_FILES, type BadStackFile, type Changes } from "./bad-stack-files";
import { BAD_STORES } from "./bad-stores";

const FILE = "Pulumi.cygnus.yaml";
const BASE: { readonly config: Readonly<Record<string, unknown>> } = parse(readFileSync(join(__dirname, "../..", FILE), "utf8"));

/** The cygnus stack below `ldms:` with the changes made. */
function valuesWith(changes: Changes): Record<string, unknown> {
  const values = structuredClone(Object.fromEntries(Object.entries(BASE.config).map(([key, value]) => [key.replace(/^ldms:/, ""), value])));
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split(/[.[\]]+/).filter(Boolean);
    const last = steps.pop() as string;
    const parent = steps.reduce<Record<string, unknown>>((node, step) => node[step] as Record<string, unknown>, values);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return values;
}

function messageOf({ stack, changes }: BadStackFile): string {
  try {
    parseClusterConfig(stack ?? "cygnus", FILE, valuesWith(changes));
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return assert.fail("the stack file is taken");
}

describe("parseClusterConfig on a stack file with one mistake", () => {
  it("takes the file without it", () => assert.equal(parseClusterConfig("cygnus", FILE, valuesWith({})).stack, "cygnus"));

  it("has a row for forty mistakes", () => assert.ok(BAD_STACK_FILES.length >= 40));

  for (const row of [...BAD_STACK_FILES, ...BAD_CONFIGURE, ...BAD_PLUGINS, ...BAD_AGGREGATORS, ...BAD_STORES, ...BAD_GIVEN]) {
    it(row.title, () => assert.equal(messageOf(row), [`${FILE} is not valid:`, ...row.says].join("\n")));
  }
});
