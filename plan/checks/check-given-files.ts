import type { ClusterConfig } from "../config/config";
import { listEntries } from "../config/entries";
import { nearMiss } from "../config/near-miss";
import type { PlanFacts } from "../model/plan-facts";
import type { ConfigProblem } from "../problems/errors";
import { ownValue } from "../text/own-value";
import { isSecretName, SECRET_NAMES } from "./secret-names";

/** Files that are not there, secrets that are not set, and secrets that nothing is made of. */
export function checkGivenFiles(config: ClusterConfig, facts: PlanFacts): ConfigProblem[] {
  const named = new Set<string>();
  const problems = listEntries(config).flatMap(({ path, entry: { files = [] } }) =>
    files.flatMap(({ file, secret }, i): ConfigProblem[] => {
      const place = `${path}.files[${i}]`;
      if (secret !== undefined) named.add(secret);
      if (file !== undefined && ownValue(facts.ownFiles, file) === undefined)
        return [{ path: `${place}.file`, message: `cannot be read as UTF-8 text: \`${file}\`` }];
      if (secret !== undefined && ownValue(facts.secrets, secret) === undefined) {
        const help = `ldms config set --secret ${secret} -s ${config.stack} < FILE`;
        return [{ path: `${place}.secret`, message: `is not set: \`${secret}\``, help }];
      }
      return [];
    }),
  );
  const unused = Object.keys(facts.secrets).filter((name) => !isSecretName(name) && !named.has(name));
  return [...problems, ...unused.map(tellUnused)];
}

function tellUnused(name: string): ConfigProblem {
  const near = nearMiss(name, SECRET_NAMES);
  const help = "name it by `secret` in a group's `files`, or take it out";
  return {
    path: "ldms",
    message: `unknown secret \`${name}\`${near === undefined ? "" : `; did you mean \`${near}\`?`}`,
    ...(near === undefined && { help }),
  };
}
