import { renderValue } from "../config/wording";
import { CONF_VARIABLES } from "../ldmsd/sampler-conf";
import { checkAttribute, checkWord } from "../ldmsd/words";
import type { ConfigProblem } from "../problems/errors";

/**
 * Free keys as they stand in a line of ldmsd's file: what ldmsd would cut, misread or end by.
 *
 * @param taken attributes that the plan writes in the same line
 */
export function checkSettings(path: string, config: Readonly<Record<string, unknown>>, taken: readonly string[]): ConfigProblem[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const reason = checkAttribute(key);
    return [
      ...(taken.includes(key)
        ? [{ path: `${path}.${key}`, message: `is written from the entry's own \`${key}\`: ${renderValue(value)}` }]
        : []),
      ...(reason === undefined ? [] : [{ path, message: `has a key that ${reason}: ${renderValue(key)}` }]),
      ...checkValue(`${path}.${key}`, String(value)),
      ...checkVariables(`${path}.${key}`, String(value)),
    ];
  });
}

/** Nothing quotes in ldmsd's file: what is behind a blank would be an attribute, a comment or, behind a line's end, a command. */
export function checkValue(path: string, text: string): ConfigProblem[] {
  const reason = checkWord(text);
  return reason === undefined ? [] : [{ path, message: `${reason}, which no value in ldmsd's file can: ${renderValue(text)}` }];
}

/** An unknown one would be an empty text, without a word from ldmsd. */
export function checkVariables(path: string, text: string): ConfigProblem[] {
  return [...text.matchAll(/\$\{([^}]*)\}/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !CONF_VARIABLES.some((known) => known === name))
    .map((name) => ({
      path,
      message: `nothing sets \`$\{${name}}\` in the daemon's environment`,
      help: `it has ${CONF_VARIABLES.map((known) => `\`$\{${known}}\``).join(", ")}`,
    }));
}
