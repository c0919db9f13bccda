import type { PluginFacts } from "./plugin-facts";

/** They take a stream as it comes, by their own subscription, and know no storage policy. @see ldms 4.5.3, ldms/src/store, `ldmsd_stream_subscribe` */
export const FED_BY_STREAMS: readonly string[] = [
  "darshan_stream_store",
  "kokkos_appmon_store",
  "kokkos_store",
  "linux_proc_sampler_argv_store",
  "linux_proc_sampler_env_store",
  "linux_proc_sampler_files_store",
  "stream_csv_store",
];

const MULTI_INSTANCE = ["store_avro_kafka", "store_csv", "store_sos", "stream_dump"];
const SINGLE_INSTANCE = [
  ...FED_BY_STREAMS,
  "store_amqp",
  "store_app",
  "store_flatfile",
  "store_function_csv",
  "store_influx",
  "store_kafka",
  "store_none",
  "store_papi",
  "store_rabbitkw",
  "store_rabbitv3",
  "store_slurm",
  "store_timescale",
  "store_tutorial",
].sort();

/** Upstream's stores; each may be loaded under another name. @see ldms/src/store, `LDMSD_PLUGIN_MULTI_INSTANCE` */
export const STORE_PLUGINS: readonly PluginFacts[] = [...MULTI_INSTANCE, ...SINGLE_INSTANCE].map((name) => ({
  name,
  kind: "store",
  isMultiInstance: MULTI_INSTANCE.includes(name),
  isRenamable: true,
  hasPassingSets: false,
  sets: 0,
  setKib: 0,
}));
