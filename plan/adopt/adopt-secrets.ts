import type { Unsaid } from "../ldms-import/source-site";
import { isSecretSetting } from "../rules/secret-rules";
import { mayHoldSecret } from "../text/secret-words";

type Env = Readonly<Record<string, string>>;

/** A container's variables; those that are secrets are told, and left out. */
export function withoutSecretVariables(env: Env, place: string, help: string, unsaid: Unsaid): Env {
  const entries = Object.entries(env);
  const secrets = entries.filter(([name, value]) => isSecretSetting(name, value)).map(([name]) => name);
  if (secrets.length > 0) unsaid.say(place, `the value of \`${secrets.join(", ")}\` is a secret, and is left out`, help);
  return Object.fromEntries(entries.filter(([name]) => !secrets.includes(name)));
}

/** The same of arguments, each option with what follows it. @param place of the entry that has them as `options` */
export function withoutSecretArguments(groups: readonly (readonly string[])[], place: string, unsaid: Unsaid): string[] {
  return groups.flatMap((words) => {
    const text = words.join(" ");
    if (!mayHoldSecret(text)) return words;
    const name = optionName(text);
    const what = name === "" ? "an argument" : `an argument behind \`${name}\``;
    unsaid.say(
      `${place}.options`,
      `${what} may be a secret, and is left out`,
      "hand it over in a file, or write it into `options` if it is none",
    );
    return [];
  });
}

/** A word of `docker run` for people: of what may be a secret its name is left. What is mounted are names of files. */
export function hideSecret(word: string): string {
  const [, variable, value = ""] = /^--env ([^=]+)=(.*)$/s.exec(word) ?? [];
  if (variable !== undefined) return isSecretSetting(variable, value) ? `--env ${variable}=***` : word;
  return word.startsWith("--volume ") || !mayHoldSecret(word) ? word : `${optionName(word)} ***`.trimStart();
}

/** `--token` of `--token WORD`, `cfg:security.admin_password` of what stands behind it and a `=`. */
function optionName(text: string): string {
  return /^(-[^=\s]+|[^=\s/@]+(?==))/.exec(text)?.[0] ?? "";
}
