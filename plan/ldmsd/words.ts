/**
 * Why `text` cannot stand as a value in a line of ldmsd's configuration file: `holds a blank`; undefined where it can.
 *
 * ldmsd has no quotes and no escapes. All else passes: `#` (a comment only after a blank), `=`, `,`, `%`, `$` and every sign of a regex;
 * `${NAME}` is replaced from the environment, and is then read by the same rules: a blank in the variable's value cuts it off.
 * @see ldmsd 4.5.3, ldmsd_config.c, `__process_config_file`; tried sign by sign
 */
export function checkWord(text: string): string | undefined {
  return REFUSED.find(([pattern]) => pattern.test(text))?.[1];
}

/**
 * Why `text` cannot be the attribute's name of a `config` line. Names that start with `name` end the daemon: it takes them for `name=`.
 * @see ldmsd 4.5.3, ldmsd_request_util.c, `__ldmsd_parse_plugin_config`
 */
export function checkAttribute(text: string): string | undefined {
  if (text.startsWith("name")) return "starts with `name`, which ldmsd keeps for itself";
  return text.includes("=") || text.startsWith("#") ? "holds `=` or starts with `#`" : checkWord(text);
}

const REFUSED: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^$/, "is empty"],
  // `config` drops what follows without a word; for other commands it is an attribute that ends the daemon.
  [/[ \t\n\r\v\f]/, "holds a blank, a tab or the end of a line"],
  // A set's name with one ends the daemon; in any other name it breaks the JSON of every status that ldmsd gives.
  [/"/, "holds a double quote"],
  // As above; and at the end of a line it takes the next line away. A regex says `[.]`.
  [/\\/, "holds a backslash"],
  [/[^ -~]/, "holds a sign outside of printable ASCII"],
  // An assertion of ldmsd's, util.c, `get_env_var`.
  [/\$\{\w{100,}\}/, "names a variable of 100 characters or more"],
];
