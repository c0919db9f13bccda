import type { StoreConfig } from "../config/config";
import { shellLine } from "../text/shell";
import { PRINTED, type StoreKind } from "./kind";
import { renderFileArguments, renderFileReader } from "./rows-of-files";

/**
 * A restarted daemon writes the header again in the middle of a file; with `altheader` it has a file of its own. Where the time is not the first
 * column of a decomposition, the header has a comma too many at its beginning.
 */
const READER = renderFileReader({
  list: "ls -t $name $name.[0-9]*",
  separator: ",",
  fields: `/^#/ {
  id = time = 0
  gsub(/"/, ""); sub(/^#,?/, "")
  for (i = 1; i <= NF; i++) { if ($i in isId) id = i; if ($i == "Time") time = i }
  next
}`,
});
const DIGEST = `_${"[0-9a-f]".repeat(7)}`;
/** There is one a kind of host. */
const MOST_OF_A_DIGEST = 8;

export const STORE_CSV: StoreKind = {
  plugin: "store_csv",
  place: "folder",
  decomposes: "may",
  isServedByDsosd: false,
  ownKeys: ["rollover", "headers"],
  writesByTime: isWrittenByTime,
  whenFull: "breaks rows without a word",
  reader: {
    tablesOf: ({ schema, tables }) => tables ?? (schema === undefined ? [] : [{ schema, ...PRINTED }]),
    renderReader: (container, path, tables) => {
      const most = tables.some(({ hasDigest }) => hasDigest) ? MOST_OF_A_DIGEST : 1;
      const ids = tables.map(({ id }) => id);
      const names = tables.map(({ schema, hasDigest }) => (hasDigest ? schema + DIGEST : schema));
      const read = shellLine(["docker", "exec", container, "sh", "-c", READER, "sh", path]);
      return `${read} "$since" ${shellLine(renderFileArguments(most, ids, names))}`;
    },
    prints: () => PRINTED,
    saysNothingYet: /^no file `.*` yet$/,
  },
};

/**
 * Without a flush a row waits for a block of its file system: 4 KiB, megabytes on Lustre. On rows of a decomposition a flush does nothing.
 * @see ldms 4.5.3, store_csv.c, `flush_store`, which looks for no CSV_ROW_STORE_HANDLE
 */
function isWrittenByTime({ flush, decomposition, config }: StoreConfig): boolean {
  return (flush !== undefined && decomposition === undefined) || String(config["buffer"]) === "0";
}
