import type { StoredTable } from "../model/daemon";
import { type OwnFileProblem, readJson } from "../yaml/own-file-problem";
import { type DecompositionDocument, DecompositionForm } from "./decomposition-form";

/** The file that an aggregator has of a store's decomposition. */
export function decompositionFile(store: string): { readonly name: string; readonly containerPath: string } {
  const name = `decomposition-${store}.json`;
  return { name, containerPath: `/etc/ldms/${name}` };
}

/** What is wrong with a decomposition's file, which would end the aggregator at its start or at the first row. */
export function checkDecomposition(text: string): OwnFileProblem[] {
  return readJson(text, DecompositionForm).problems ?? [];
}

/**
 * The tables that a decomposition makes and that say of each row whose it is and when.
 *
 * @param text of a file without problems
 * @param schemas of the sets that the store takes
 */
export function tablesOf(text: string, schemas: readonly string[]): StoredTable[] {
  const document = DecompositionForm.parse(JSON.parse(text));
  const parts = document.type === "flex" ? Object.values(document.decomposition) : [document];
  return parts.flatMap((part) =>
    part.type === "static" ? part.rows.flatMap(tableOfRow) : schemas.map((schema) => tableAsIs(schema, part)),
  );
}

type Part = Exclude<DecompositionDocument, { type: "flex" }>;
type Row = Extract<Part, { type: "static" }>["rows"][number];

function tableOfRow({ schema, cols, indices }: Row): StoredTable[] {
  const columnOf = (...sources: readonly string[]) => {
    const found = cols.find(({ src }) => sources.includes(src));
    return found && (found.dst ?? found.src);
  };
  const [id, time] = [columnOf("component_id"), columnOf("timestamp", "M_timestamp")];
  const index = indices[0]?.name;
  // The names stand in commands, and as those of files.
  const isPlain = [schema, id, time, index].every((name) => name === undefined || /^[A-Za-z0-9_.-]+$/.test(name));
  return id === undefined || time === undefined || !isPlain ? [] : [{ schema, id, time, ...(index !== undefined && { index }) }];
}

function tableAsIs(schema: string, { indices }: Extract<Part, { type: "as_is" }>): StoredTable {
  const index = indices[0]?.name;
  return { schema, hasDigest: true, id: "component_id", time: "timestamp", ...(index !== undefined && { index }) };
}
