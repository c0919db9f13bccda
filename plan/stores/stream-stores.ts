import { FED_BY_STREAMS } from "../plugins/store-plugins";
import type { StoreKind } from "./kind";

export const STREAM_STORES: readonly StoreKind[] = FED_BY_STREAMS.map((plugin) => ({
  plugin,
  place: "folder",
  isFedByStreams: true,
  decomposes: "never",
  isServedByDsosd: false,
  ownKeys: ["stream"],
  writesByTime: () => false,
}));
