/**
 * `["-A", "socket=/run/m"]` and the other spellings give `["socket=/run/m"]`; flags may stand before the letter, and a long name may be cut.
 * @see ldmsd(8), `--default_auth_args`
 */
export function readAuthArguments(options: readonly string[]): string[] {
  return options.flatMap((word, i) => {
    const found = /^(?:-[FVkt]*A|--default_auth_(?:a(?:r(?:gs?)?)?)?(?:(?==)|$))(.*)$/s.exec(word);
    if (!found) return [];
    const joined = word.startsWith("--") ? found[1]!.slice(1) : found[1]!;
    const value = joined || options[i + 1];
    return value === undefined ? [] : [value];
  });
}
