import { hidePasswords } from "../text/passwords";
import { readMap, readMaps } from "../text/read-value";
import { isSecretVariable } from "../text/secret-words";
import type { Unsaid } from "./source-site";
import type { StackConfig } from "./stack-of-site";

/** What a site has as a password in its files stands in the stack file as it stood there. */
export function tellPasswords(config: StackConfig, unsaid: Unsaid): void {
  for (const group of ["samplers", "aggregators"] as const)
    for (const [i, entry] of readMaps(config[group]).entries())
      for (const list of ["plugins", "stores"] as const)
        for (const [j, one] of readMaps(entry[list]).entries())
          for (const key of passwordKeys(one))
            unsaid.say(
              `ldms:${group}[${i}].${list}[${j}].${key}`,
              "a password stands in the stack file in plain text, as it did in the site's files",
              "keep the stack file out of a repository, and to yourself (chmod 600); where the plugin reads a file, `files` with a `secret` of the stack",
            );
}

function passwordKeys(one: Readonly<Record<string, unknown>>): string[] {
  const attributes = Object.entries(readMap(one["config"])).map(([key, value]) => [`config.${key}`, key, value] as const);
  const own = ["brokers", "container"].map((key) => [key, key, one[key]] as const);
  return [...attributes, ...own]
    .filter(([, key, value]) => value !== undefined && (isSecretVariable(key) || hidePasswords(String(value)) !== String(value)))
    .map(([path]) => path);
}
