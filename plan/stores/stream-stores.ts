import type { StoreKind } from "./kind";

/** They take a stream as it comes, by their own subscription, and know no storage policy. @see ldms 4.5.3, ldms/src/store, `ldmsd_stream_subscribe` */
const FED_BY_STREAMS = [
  "darshan_stream_store",
  "kokkos_appmon_store",
  "kokkos_store",
  "linux_proc_sampler_argv_store",
  "linux_proc_sampler_env_store",
  "linux_proc_sampler_files_store",
  "stream_csv_store",
];

export const STREAM_STORES: readonly StoreKind[] = FED_BY_STREAMS.map((plugin) => ({
  plugin,
  place: "folder",
  isFedByStreams: true,
  decomposes: "never",
  isServedByDsosd: false,
  ownKeys: ["stream"],
  writesByTime: () => false,
}));
