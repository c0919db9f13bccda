/** A host by the name people know it, where it is dialled, and the registry that it pulls from instead of the images' own. */
export interface Dialled {
  readonly name: string;
  readonly address: string;
  readonly mirror?: string;
}

/** Stands for an empty part; no character of a host name. */
const EMPTY = "=";
/** awk counts exactly up to here and far beyond; longer numbers stay part of the text. */
const MAX_COUNTED_DIGITS = 9;

/**
 * Hosts as rows that awk can count out again, one a run of names whose numbers go up by one, and their addresses with them:
 * `4 cygnus- 2 1 = 198.18.0. 2 11 =` is cygnus-01 to cygnus-04 at 198.18.0.11 to .14. Names that stand alone are a row each.
 * A mirror stands behind them.
 */
export function renderHostRows(hosts: readonly Dialled[]): string[] {
  const rows: { count: number; readonly name: Counted; readonly address: Counted; readonly mirror: readonly string[] }[] = [];
  for (const { name, address, mirror } of hosts) {
    const row = rows.at(-1);
    if (row && at(row.name, row.count) === name && at(row.address, row.count) === address && row.mirror[0] === mirror) row.count++;
    else rows.push({ count: 1, name: count(name), address: count(address), mirror: mirror === undefined ? [] : [mirror] });
  }
  return rows.map(({ count: n, name, address, mirror }) => [n, ...fields(name), ...fields(address), ...mirror].join(" "));
}

/** `cygnus-` `01` `-ib`, its number apart. */
interface Counted {
  readonly head: string;
  readonly digits: string;
  readonly tail: string;
}

function count(text: string): Counted {
  const [, head = "", digits = "", tail = ""] = /^(.*?)([0-9]+)([^0-9]*)$/.exec(text) ?? [];
  return digits === "" || digits.length > MAX_COUNTED_DIGITS ? { head: text, digits: "", tail: "" } : { head, digits, tail };
}

function at({ head, digits, tail }: Counted, step: number): string | undefined {
  return digits === "" ? undefined : head + String(Number(digits) + step).padStart(digits.length, "0") + tail;
}

/** The text before, the width and the first number, the text behind. */
function fields({ head, digits, tail }: Counted): string[] {
  return [head || EMPTY, String(digits.length), digits === "" ? EMPTY : String(Number(digits)), tail || EMPTY];
}

/** The names in such rows. */
export function expandHostNames(rows: readonly string[]): string[] {
  return rows.flatMap((row) => {
    const [count, head = "", width, first = "", tail = ""] = row.split(" ").map((part) => (part === EMPTY ? "" : part));
    const digits = first === "" ? "" : first.padStart(Number(width), "0");
    return Array.from({ length: Number(count) }, (_, step) => at({ head, digits, tail }, step) ?? head + tail);
  });
}

/** awk that reads such rows and prints `NAME ADDRESS` or `NAME ADDRESS MIRROR` a line. It holds no single quote. */
export const EXPAND_ROWS_AWK = `function text(part) { return part == "${EMPTY}" ? "" : part }
function at(i, step) { return text($i) ($(i + 2) == "${EMPTY}" ? "" : sprintf("%0" $(i + 1) "d", $(i + 2) + step)) text($(i + 3)) }
{ for (step = 0; step < $1; step++) print at(2, step), at(6, step) ($10 == "" ? "" : " " $10) }`;
