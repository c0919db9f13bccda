import { parseYaml } from "../yaml/yaml";
import { planComponentIds } from "./component-ids";
import { suggestIds } from "./suggest-ids";

/** `componentIds` for hosts whose names repeat a number, or have none; undefined where none are needed. @param given ids that they have already */
export function componentIdsFor(
  hosts: readonly string[],
  given: ReadonlyMap<string, number> = new Map(),
): Readonly<Record<string, string | number>> | undefined {
  if (planComponentIds(hosts, given).problems.length === 0) return undefined;
  return parseYaml(suggestIds(hosts, given), "go") as Readonly<Record<string, string | number>>;
}
