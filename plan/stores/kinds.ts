import { STORE_CSV } from "./csv";
import type { StoreKind } from "./kind";
import { STORE_SOS } from "./sos";

/** The stores that are read and looked after; the others are handed their rows, and nobody knows what becomes of these. */
export const STORE_KINDS: readonly StoreKind[] = [STORE_SOS, STORE_CSV];

/** The kind of a plugin; undefined where it has no record. */
export function findStoreKind(plugin: string): StoreKind | undefined {
  return STORE_KINDS.find((kind) => kind.plugin === plugin);
}

/** Whether dsosd serves the containers of this plugin's stores. */
export function isServedByDsosd({ plugin }: { readonly plugin: string }): boolean {
  return findStoreKind(plugin)?.isServedByDsosd === true;
}
