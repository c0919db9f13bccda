import { isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import { today } from "../../operations/common/today";
import { planStack, stackValues } from "../../operations/plan-stack";
import { BadInputError, ConfigError, type ConfigProblem, splitHelp } from "../../plan/problems/errors";
import { checkPlan } from "../../plan/rules/check-plan";
import { isRefusal } from "../../plan/rules/violation";
import { EngineError } from "../../stack/engine-error";
import { openStack, readConfig, type StackLocation } from "../../stack/open-stack";
import { StackFile } from "../../stack/stack-file";
import { placeOf } from "./hidden-secrets";
import type { PlacedProblem } from "./placed-problem";

/** What is wrong with a text that may become the stack file, as the parser and the rules say it, each with its place. */
export async function checkStackText(location: StackLocation, text: string): Promise<readonly PlacedProblem[]> {
  return (await findProblems(location, text)).map((problem) => ({ ...problem, ...findPlace(text, problem) }));
}

async function findProblems(location: StackLocation, text: string): Promise<readonly ConfigProblem[]> {
  const { stack, projectFolder } = location;
  try {
    const opened = await openStack(location);
    const file = StackFile.parse(opened.file.path, opened.project.name, text);
    const { plan } = await planStack(stackValues(stack, projectFolder, await readConfig({ ...opened, file })));
    const refused = checkPlan(plan, today()).filter(isRefusal);
    return refused.map(({ rule, message, help }) => ({ path: rule, message, help }));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    if (!(error instanceof BadInputError || error instanceof EngineError)) throw error;
    return [{ path: "the file", ...splitHelp(error.message) }];
  }
}

/** The whole file's path, where nothing is below it. */
const WHOLE = "ldms";

/** Where a path below `ldms:` stands, or as much of it as there is, and there the key that nobody knows; `line 3` is a place already. */
function findPlace(text: string, { path, message }: ConfigProblem): Partial<PlacedProblem> {
  const line = /^line (\d+)$/.exec(path)?.[1];
  if (line !== undefined)
    return { line: Number(line), column: 1, endLine: Number(line), endColumn: (text.split("\n")[Number(line) - 1] ?? "").length + 1 };
  const unknown = /^unknown key `([^`]+)`/.exec(message)?.[1];
  const known = [...(path === WHOLE ? "" : path).matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? name! : Number(index),
  );
  const range = unknown === undefined ? findRange(text, known) : findRange(text, [...known, unknown], "key");
  return range ? placeOf(text, range) : {};
}

function findRange(
  text: string,
  [first, ...keys]: readonly (string | number)[],
  wanted: "key" | "value" = "value",
): readonly [number, number] | undefined {
  const config = parseDocument(text, { uniqueKeys: false }).get("config", true);
  if (!isMap(config)) return undefined;
  const top = config.items.find(({ key }) => isScalar(key) && [first, `ldms:${first}`].includes(String(key.value)));
  if (!top || !isNode(top.key)) return undefined;
  let range = rangeOf(top.key);
  let at: unknown = top.value;
  for (const key of keys) {
    if (isSeq(at) && typeof key === "number") {
      at = at.items[key];
      range = rangeOf(at) ?? range;
      continue;
    }
    const pair = isMap(at) ? at.items.find((one) => isScalar(one.key) && String(one.key.value) === String(key)) : undefined;
    if (!pair) return range;
    range = rangeOf(pair.key) ?? range;
    at = pair.value;
  }
  return wanted === "value" && isScalar(at) ? (rangeOf(at) ?? range) : range;
}

function rangeOf(node: unknown): readonly [number, number] | undefined {
  return isNode(node) && node.range ? [node.range[0], node.range[1]] : undefined;
}
