import { expandHostlist, foldInOrder } from "../hostlist/hostlist";
import { readHostNumber } from "../hosts/component-id";
import type { PlannedMember } from "../model/fan-out";

/** Stands for addresses that are the names, for images' own registries, and for ids that are the numbers in the names. */
const SAME = "=";

/**
 * Hosts as rows that awk can expand again, `cygnus-[01-04] 198.18.0.[11-14]`: hostlists of as many names as addresses, `=` for addresses that are the
 * names, and behind them a mirror, and component ids where not all are the numbers in the names. All hosts of a mirror that follow each other are a row, so that a script stays far below the 128 KiB that Linux
 * allows one argument.
 */
export function renderHostRows(hosts: readonly PlannedMember[]): string[] {
  const hasIds = hosts.some(({ componentId }) => componentId !== undefined);
  const rows: Row[] = [];
  for (const { name, address, mirror, componentId } of hosts) {
    const last = rows.at(-1);
    // A hostlist has every name once.
    const goesOn = last && last.mirror === mirror && !last.addresses.has(address);
    const row = goesOn ? last : { names: [], addresses: new Set<string>(), mirror, ids: [] };
    if (!goesOn) rows.push(row);
    row.names.push(name);
    row.addresses.add(address);
    if (hasIds) row.ids.push(componentId ?? String(readHostNumber(name)));
  }
  return rows.map(({ names, addresses, mirror, ids }) => {
    const [named, dialled] = [foldInOrder(names), foldInOrder([...addresses])];
    const columns = [named, named === dialled ? SAME : dialled, mirror ?? SAME, hasIds ? foldInOrder(ids) : SAME];
    return columns.slice(0, columns.findLastIndex((column, i) => i < 2 || column !== SAME) + 1).join(" ");
  });
}

interface Row {
  readonly names: string[];
  readonly addresses: Set<string>;
  readonly mirror: string | undefined;
  readonly ids: string[];
}

/** The hosts in such rows, by name, and with their ids where these stand there. */
export function readHostRows(rows: readonly string[]): Pick<PlannedMember, "name" | "componentId">[] {
  return rows.flatMap((row) => {
    const [named = "", , , listed = SAME] = row.split(" ");
    const ids = listed === SAME ? [] : expandHostlist(listed);
    return expandHostlist(named).map((name, i) => ({ name, ...(ids[i] !== undefined && { componentId: ids[i] }) }));
  });
}

/** For awk: the number that digits with leading zeros mean. busybox takes `010` for 8. */
export const VALUE_AWK = 'function value(digits) { sub(/^0+/, "", digits); return digits + 0 }';

/**
 * awk that reads such rows and prints `NAME ADDRESS`, with `MIRROR ID` behind it where the row says one of them. It holds no single quote. Numbers are printed by `%f`, for the `%d`
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
{ expand($1, names); if ($2 != "${SAME}") expand($2, addresses); if (NF > 3) expand($4, ids)
  for (i = 1; i <= filled; i++) print names[i], ($2 == "${SAME}" ? names[i] : addresses[i]) (NF > 2 ? " " $3 " " (NF > 3 ? ids[i] : "${SAME}") : "") }`;
