import type { Settings } from "../config/scalars";
import { textOf } from "../config/settings";
import { renderValue } from "../config/wording";
import { CONF_VARIABLES } from "../ldmsd/sampler-conf";
import { checkAttribute, checkWord } from "../ldmsd/words";
import type { ConfigProblem } from "../problems/errors";

/**
 * Free keys as they stand in a line of ldmsd's file: what ldmsd would cut, misread or end by.
 *
 * @param taken attributes that the plan writes in the same line
 */
export function checkSettings(path: string, config: Settings, taken: readonly string[]): ConfigProblem[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const reason = checkAttribute(key);
    return [
      ...(taken.includes(key)
        ? [{ path: `${path}.${key}`, message: `is written from the entry's own \`${key}\`: ${renderValue(value)}` }]
        : []),
      ...(reason === undefined ? [] : [{ path, message: `has a key that ${reason}: ${renderValue(key)}` }]),
      ...(value === null ? checkBare(path, key) : checkText(`${path}.${key}`, value)),
    ];
  });
}

function checkText(path: string, value: NonNullable<Settings[string]>): ConfigProblem[] {
  const divided = Array.isArray(value) ? value.filter((item) => String(item).includes(",")) : [];
  return [
    ...divided.map((item) => ({ path, message: `has an item with a comma, which divides the items: ${renderValue(item)}` })),
    ...checkValue(path, textOf(value)),
    ...checkVariables(path, textOf(value)),
  ];
}

/** What every plugin reads as `KEY=VALUE`: as a word of its own it would be passed over without a word. @see ldms_sampler_base(7) */
const NEVER_BARE = ["component_id", "instance", "job_set", "path", "perm", "producer", "schema", "gid", "uid"];

function checkBare(path: string, key: string): ConfigProblem[] {
  return NEVER_BARE.includes(key) ? [{ path: `${path}.${key}`, message: "is empty" }] : [];
}

/** Nothing quotes in ldmsd's file: what is behind a blank would be an attribute, a comment or, behind a line's end, a command. */
export function checkValue(path: string, text: string): ConfigProblem[] {
  const reason = checkWord(text);
  return reason === undefined ? [] : [{ path, message: `${reason}, which a value in ldmsd's file cannot have: ${renderValue(text)}` }];
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
