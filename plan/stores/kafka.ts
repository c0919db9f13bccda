import type { StoreKind } from "./kind";

/** Rows are handed to librdkafka, which keeps and sends them; a broker that is not there is said on the daemon's standard error. */
const HANDED_OVER = {
  place: "brokers",
  decomposes: "must",
  isServedByDsosd: false,
  ownKeys: [],
  writesByTime: () => false,
} as const satisfies Partial<StoreKind>;

export const STORE_KAFKA: StoreKind = { plugin: "store_kafka", ...HANDED_OVER };
export const STORE_AVRO_KAFKA: StoreKind = { plugin: "store_avro_kafka", ...HANDED_OVER };
