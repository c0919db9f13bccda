import { expandHostlist, foldInOrder } from "../hostlist/hostlist";

/** A host by the name people know it, where it is dialled, and the registry that it pulls from instead of the images' own. */
export interface Dialled {
  readonly name: string;
  readonly address: string;
  readonly mirror?: string;
}

/** Stands for addresses that are the names. */
const SAME = "=";

/**
 * Hosts as rows that awk can expand again, `cygnus-[01-04] 198.18.0.[11-14]`: hostlists of as many names as addresses, `=` for addresses that are the
 * names, and a mirror behind them. All hosts of a mirror that follow each other are a row, so that a script stays far below the 128 KiB that Linux
 * allows one argument.
 */
export function renderHostRows(hosts: readonly Dialled[]): string[] {
  const rows: { readonly names: string[]; readonly addresses: Set<string>; readonly mirror: string | undefined }[] = [];
  for (const { name, address, mirror } of hosts) {
    const row = rows.at(-1);
    // A hostlist has every name once.
    if (row && row.mirror === mirror && !row.addresses.has(address)) {
      row.names.push(name);
      row.addresses.add(address);
    } else rows.push({ names: [name], addresses: new Set([address]), mirror });
  }
  return rows.map(({ names, addresses, mirror }) => {
    const [named, dialled] = [foldInOrder(names), foldInOrder([...addresses])];
    return [named, named === dialled ? SAME : dialled, ...(mirror === undefined ? [] : [mirror])].join(" ");
  });
}

/** The names in such rows. */
export function expandHostNames(rows: readonly string[]): string[] {
  return rows.flatMap((row) => expandHostlist(row.split(" ")[0]!));
}

/** For awk: the number that digits with leading zeros mean. busybox takes `010` for 8. */
export const VALUE_AWK = 'function value(digits) { sub(/^0+/, "", digits); return digits + 0 }';

/**
 * awk that reads such rows and prints `NAME ADDRESS` or `NAME ADDRESS MIRROR` a line. It holds no single quote. Numbers are printed by `%f`, for the `%d`
 * of mawk ends at 2147483647.
 */
export const EXPAND_ROWS_AWK = `${VALUE_AWK}
function expand(list, to, n, i, pieces, term, isOpen) { filled = 0; n = split(list, pieces, ",")
  for (i = 1; i <= n; i++) { term = term (isOpen ? "," : "") pieces[i]
    if (pieces[i] ~ /\\[[^]]*$/) isOpen = 1; else if (pieces[i] ~ /]/) isOpen = 0
    if (!isOpen) { fill("", term, to); term = "" } } }
function fill(head, rest, to, from, n, i, parts, ends, number, last) { from = index(rest, "[")
  if (!from) { to[++filled] = head rest; return }
  head = head substr(rest, 1, from - 1); n = split(substr(rest, from + 1, index(rest, "]") - from - 1), parts, ","); rest = substr(rest, index(rest, "]") + 1)
  for (i = 1; i <= n; i++) if (split(parts[i], ends, "-") == 1) fill(head parts[i], rest, to)
    else { last = value(ends[2]); for (number = value(ends[1]); number <= last; number++) fill(head sprintf("%0" length(ends[1]) ".0f", number), rest, to) } }
{ expand($1, names); if ($2 != "${SAME}") expand($2, addresses)
  for (i = 1; i <= filled; i++) print names[i], ($2 == "${SAME}" ? names[i] : addresses[i]) ($3 == "" ? "" : " " $3) }`;
