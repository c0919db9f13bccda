import { shellLine } from "../text/shell";
import { PRINTED, type StoreKind } from "./kind";
import { renderFileArguments, renderFileReader } from "./rows-of-files";

/** A file a metric, of the same rows: time, producer, component, value. */
const READER = renderFileReader({ list: "ls -dt $name/*", separator: " ", fields: "{ time = 1; id = 3 }" });

export const STORE_FLATFILE: StoreKind = {
  plugin: "store_flatfile",
  place: "folder",
  decomposes: "never",
  isServedByDsosd: false,
  ownKeys: [],
  writesByTime: ({ flush }) => flush !== undefined,
  reader: {
    tablesOf: ({ schema }) => (schema === undefined ? [] : [{ schema, ...PRINTED }]),
    renderReader: (container, path, tables) => {
      const read = shellLine(["docker", "exec", container, "sh", "-c", READER, "sh", path]);
      return `${read} "$since" ${shellLine(
        renderFileArguments(
          1,
          [],
          tables.map(({ schema }) => schema),
        ),
      )}`;
    },
    prints: () => PRINTED,
    saysNothingYet: /^no file `.*` yet$/,
  },
};
