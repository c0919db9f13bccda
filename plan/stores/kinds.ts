import { STORE_CSV } from "./csv";
import { STORE_FLATFILE } from "./flatfile";
import { STORE_AVRO_KAFKA, STORE_KAFKA } from "./kafka";
import type { StoreKind } from "./kind";
import { STORE_SOS } from "./sos";
import { STREAM_STORES } from "./stream-stores";

/** The stores whose form is known; the others are handed their rows as the stack file says it, and nobody knows what becomes of these. */
export const STORE_KINDS: readonly StoreKind[] = [STORE_SOS, STORE_CSV, STORE_FLATFILE, STORE_KAFKA, STORE_AVRO_KAFKA, ...STREAM_STORES];

/** The kind of a plugin; undefined where it has no record. */
export function findStoreKind(plugin: string): StoreKind | undefined {
  return STORE_KINDS.find((kind) => kind.plugin === plugin);
}

/** Whether dsosd serves the containers of this plugin's stores. */
export function isServedByDsosd({ plugin }: { readonly plugin: string }): boolean {
  return findStoreKind(plugin)?.isServedByDsosd === true;
}
