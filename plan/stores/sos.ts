import { shellLine } from "../text/shell";
import type { StoreKind } from "./kind";

/** One of the six indexes that store_sos gives a schema; none of them is of one attribute. */
const READ_INDEX = "time_comp_job";

export const STORE_SOS: StoreKind = {
  plugin: "store_sos",
  isServedByDsosd: true,
  writesByTime: () => true,
  whenFull: "ends an aggregator",
  renderReader: ({ container, path, schema }) => {
    const query = ["-q", "-S", schema, "-X", READ_INDEX, "-f", "json", "-V", "timestamp", "-V", "component_id"];
    return `${shellLine(["docker", "exec", container, "sos_cmd", "-C", path, ...query])} -F "timestamp:ge:$since"`;
  },
  // The container and its schema are made with the first row.
  saysNothingYet: /^Error 2 opening the container|^The schema '.*' was not found/,
};
