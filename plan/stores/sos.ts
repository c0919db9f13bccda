import { shellLine } from "../text/shell";
import { PRINTED, type StoreKind } from "./kind";

/** One of the six indexes that store_sos gives a schema; none of them is of one attribute. */
const READ_INDEX = "time_comp_job";

export const STORE_SOS: StoreKind = {
  plugin: "store_sos",
  place: "folder",
  decomposes: "may",
  isServedByDsosd: true,
  ownKeys: [],
  writesByTime: () => true,
  whenFull: "ends an aggregator",
  reader: {
    tablesOf: ({ schema, tables }) => {
      if (!tables) return schema === undefined ? [] : [{ schema, ...PRINTED, index: READ_INDEX }];
      // Rows are found by an index alone; a name with a digest is known to the store only.
      return tables.filter(({ index, hasDigest }) => index !== undefined && !hasDigest).slice(0, 1);
    },
    renderReader: (container, path, [table]) => {
      const { schema, index = READ_INDEX, time, id } = table!;
      const query = ["-q", "-S", schema, "-X", index, "-f", "json", "-V", time, "-V", id];
      return `${shellLine(["docker", "exec", container, "sos_cmd", "-C", path, ...query])} -F "${time}:ge:$since"`;
    },
    prints: ([table]) => ({ time: table!.time, id: table!.id }),
    // The container and its schema are made with the first row.
    saysNothingYet: /^Error 2 opening the container|^The schema '.*' was not found/,
  },
};
