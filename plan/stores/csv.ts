import { shellLine } from "../text/shell";
import type { StoreKind } from "./kind";

/** Enough for the rows of the last half minute of thousands of samplers; a file holds a day or more. */
const TAIL_BYTES = 32 * 1024 * 1024;

/**
 * POSIX sh of the container: FOLDER SCHEMA SINCE. The newest row of each component of the newest file, in the form of SOS's own reader.
 * A restarted daemon writes the header again in the middle of a file; with `altheader` it has a file of its own.
 */
const READER = `file=$(ls -t "$1/$2" "$1/$2".[0-9]* 2>/dev/null | head -n 1)
[ -n "$file" ] || { echo "no file \\\`$1/$2\\\` yet" >&2; exit 1; }
{ cat "$1/$2".HEADER* 2>/dev/null | head -n 1; head -n 1 "$file"; tail -c ${TAIL_BYTES} "$file"; } | awk -F , -v since="$3" '
/^#/ { for (i = 1; i <= NF; i++) if ($i == "component_id") id = i; next }
id && $1 ~ /^[0-9]+[.][0-9]+$/ && $1 >= since && $id ~ /^[0-9]+$/ && $1 > newest[$id] { newest[$id] = $1 }
END {
  printf "{ \\"data\\" : ["
  for (one in newest) { printf "%s{\\"timestamp\\" : \\"%s\\",\\"component_id\\" : \\"%s\\"}", comma, newest[one], one; comma = "," }
  print "] }"
}'`;

export const STORE_CSV: StoreKind = {
  plugin: "store_csv",
  isServedByDsosd: false,
  // Without a flush a row waits for a block of its file system: 4 KiB, megabytes on Lustre.
  writesByTime: ({ flush, config }) => flush !== undefined || String(config["buffer"]) === "0",
  whenFull: "breaks rows without a word",
  renderReader: ({ container, path, schema }) =>
    `${shellLine(["docker", "exec", container, "sh", "-c", READER, "sh", path, schema])} "$since"`,
  saysNothingYet: /^no file `.*` yet$/,
};
