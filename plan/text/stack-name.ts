/** Pulumi's own limit and alphabet; the name becomes a folder on the hosts, and a word of command lines. */
const STACK_NAME = /^(?!\.+$)[A-Za-z0-9_.-]{1,100}$/;

/** @returns undefined for a good one */
export function findNameProblem(stack: string): string | undefined {
  if (stack.startsWith("-")) return "must not begin with `-`";
  return STACK_NAME.test(stack) ? undefined : "must be up to 100 letters, digits, `_`, `.` and `-`";
}
