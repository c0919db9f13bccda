/** What of configure makes a plugin: an option that is on unless it is switched off, off unless it is asked for, or on where its libraries are found. */
interface Feature {
  /** `--enable-jobid` */
  readonly option: string;
  readonly unasked: "on" | "off" | "where found";
  /** Without `lib`. */
  readonly libraries: readonly string[];
}

type Row = readonly [option: string, unasked: Feature["unasked"], libraries: string, plugins: string];

/**
 * Plugins that are not in the table are always made: json_stream_sampler, store_none, stream_dump.
 *
 * @see ldms v4.5.3: configure.ac, and the Makefile.am of ldms/src/sampler, store and contrib
 */
const ROWS: readonly Row[] = [
  ["--enable-app-sampler", "on", "", "app_sampler linux_proc_sampler"],
  ["--enable-array_example", "on", "", "all_example array_example"],
  ["--enable-blob_msg", "on", "", "blob_msg_writer"],
  ["--enable-blob_stream", "on", "", "blob_stream_writer"],
  ["--enable-clock", "on", "", "clock"],
  ["--enable-coretemp", "on", "", "coretemp"],
  ["--enable-cray_power_sampler", "on", "", "cray_power_sampler"],
  ["--enable-csv", "on", "", "store_csv store_function_csv"],
  ["--enable-cxi_sampler", "on", "", "cxi_sampler"],
  ["--enable-dstat", "on", "", "dstat"],
  ["--enable-filesingle", "on", "", "filesingle"],
  ["--enable-flatfile", "on", "", "store_flatfile"],
  ["--enable-generic_sampler", "on", "", "generic_sampler"],
  ["--enable-hello_ldms_msg", "on", "", "hello_ldms_msg"],
  ["--enable-hello_stream", "on", "", "hello_sampler stream_csv_store"],
  ["--enable-jobinfo-sampler", "on", "", "jobinfo"],
  ["--enable-llnl-edac", "on", "", "edac"],
  ["--enable-lnet_stats", "on", "", "lnet_stats"],
  ["--enable-loadavg", "on", "", "loadavg"],
  ["--enable-lustre", "on", "", "lustre2_client lustre2_mds lustre2_oss lustre_client lustre_mdc lustre_mdt lustre_ost"],
  ["--enable-meminfo", "on", "", "meminfo"],
  ["--enable-procdiskstats", "on", "", "procdiskstats"],
  ["--enable-procinterrupts", "on", "", "procinterrupts"],
  ["--enable-procnet", "on", "", "procnet"],
  ["--enable-procnetdev", "on", "", "procnetdev procnetdev2"],
  ["--enable-procnfs", "on", "", "procnfs"],
  ["--enable-procstat", "on", "", "procstat procstat2"],
  ["--enable-spank_subscriber", "on", "", "slurm_sampler slurm_sampler2"],
  ["--enable-synthetic", "on", "", "synthetic"],
  ["--enable-tsampler", "on", "", "hfclock"],
  ["--enable-varset", "on", "", "variable"],
  ["--enable-vmstat", "on", "", "vmstat"],
  ["--enable-amqp", "off", "rabbitmq", "store_amqp"],
  ["--enable-appinfo", "off", "", "appinfo"],
  ["--enable-aries-mmr", "off", "gpcd", "aries_linkstatus aries_mmr aries_mmr_configurable aries_nic_mmr aries_rtr_mmr"],
  ["--enable-atasmart", "off", "atasmart", "sampler_atasmart"],
  ["--enable-cray_system_sampler", "off", "", "cray_aries_r_sampler cray_dvs_sampler cray_gemini_r_sampler"],
  ["--enable-darshan", "off", "sos", "darshan_stream_store"],
  ["--enable-fptrans", "off", "", "fptrans"],
  ["--enable-gpumetrics", "off", "", "gpumetrics"],
  ["--enable-grptest", "off", "", "grptest"],
  ["--enable-ibm_occ", "off", "", "ibm_occ"],
  ["--enable-influx", "off", "curl", "store_influx"],
  ["--enable-ipmireader", "off", "freeipmi", "ipmireader ipmisensors"],
  ["--enable-jobid", "off", "", "jobid"],
  ["--enable-kgnilnd", "off", "", "kgnilnd"],
  ["--enable-kokkos", "off", "sos", "kokkos_appmon_store kokkos_store"],
  ["--enable-list_sampler", "off", "", "list_sampler"],
  ["--enable-mpi_sampler", "off", "", "shm_sampler"],
  ["--enable-msr_interlagos", "off", "", "msr_interlagos"],
  ["--enable-perfevent", "off", "", "perfevent"],
  ["--enable-proc-streams", "off", "sos", "linux_proc_sampler_argv_store linux_proc_sampler_env_store linux_proc_sampler_files_store"],
  ["--enable-rabbitkw", "off", "rabbitmq", "store_rabbitkw"],
  ["--enable-rabbitv3", "off", "rabbitmq", "store_rabbitv3"],
  ["--enable-record_sampler", "off", "", "record_sampler"],
  ["--enable-sos", "off", "sos", "store_papi store_slurm store_sos"],
  ["--enable-store-app", "off", "sos", "store_app"],
  ["--enable-switchx", "off", "", "switchx"],
  ["--enable-test_sampler", "off", "", "test_sampler"],
  ["--enable-tutorial-sampler", "off", "", "tutorial_sampler"],
  ["--enable-tutorial-store", "off", "", "store_tutorial"],
  ["--enable-ibnet", "where found", "ibmad ibumad osmcomp", "ibnet"],
  ["--enable-infiniband", "where found", "ibmad ibumad", "ibmad_records_sampler ibmad_sampler sysclassib"],
  ["--enable-opa2", "where found", "ibmad ibumad", "opa2"],
  ["--enable-papi", "where found", "papi pfm", "hweventpapi papi_sampler rapl syspapi_sampler"],
  ["--enable-rdc", "where found", "rdc_bootstrap", "rdc_sampler"],
  ["--enable-slingshot", "where found", "cxi", "slingshot_info slingshot_metrics"],
  ["--enable-store-avro-kafka", "where found", "rdkafka avro serdes", "store_avro_kafka"],
  ["--enable-timescale-store", "where found", "pq", "store_timescale"],
  ["--enable-tx2mon", "where found", "tx2mon", "tx2mon"],
  ["--enable-variorum", "where found", "variorum", "variorum_sampler"],
  ["--enable-zfs", "where found", "zfs", "zfs_leafvdevs zfs_topvdevs zfs_zpool"],
  ["--with-daos", "where found", "gurt", "daos_sampler"],
  ["--with-dcgm", "where found", "dcgm", "dcgm_sampler"],
  ["--with-geopm", "where found", "geopmd", "ldms_geopm_sampler"],
  ["--with-kafka", "where found", "rdkafka", "store_kafka"],
];

const FEATURES: ReadonlyMap<string, Feature> = new Map(
  ROWS.flatMap(([option, unasked, libraries, plugins]) =>
    plugins.split(" ").map((name) => [name, { option, unasked, libraries: libraries.split(" ").filter(Boolean) }] as const),
  ),
);

/** What makes a plugin; undefined: nothing that could be left out is known of it. */
export function featureOf(plugin: string): Feature | undefined {
  return FEATURES.get(plugin);
}

/** An ovis by the options of its configure, and the libraries that there are where it is built. */
export interface OvisBuild {
  readonly options: readonly string[];
  readonly libraries: readonly string[];
  /** Of 4.5.3 or before. */
  readonly isReleased: boolean;
}

/** @see ldms 279bd1b, ldms/src/sampler */
const AFTER_4_5_3 = ["curated_metrics", "file_importer", "perfevent2"];

/** By this option tests are built, and these plugins with them. */
const WITH_TESTS = ["grptest", "list_sampler", "record_sampler", "test_sampler"];

/** Why a build has no plugin of that name: ``configure builds it with `--enable-jobid` ``; undefined where it has, or nothing is known. */
export function lackOf(plugin: string, { options, libraries, isReleased }: OvisBuild): string | undefined {
  if (isReleased && AFTER_4_5_3.includes(plugin)) return "it came after ldms 4.5.3";
  const feature = featureOf(plugin);
  if (feature === undefined) return undefined;
  const asked = readOption(feature.option, options);
  if (asked === "no") return `configure is told to leave it out, by \`${feature.option}\``;
  if (asked === "yes") return undefined;
  if (feature.unasked === "on") return undefined;
  if (WITH_TESTS.includes(plugin) && readOption("--enable-ldms-test", options) === "yes") return undefined;
  if (feature.unasked === "off") return `configure builds it with \`${feature.option}\``;
  const lacking = feature.libraries.filter((name) => !libraries.includes(name));
  return lacking.length ? `configure builds it where it finds ${lacking.map((name) => `lib${name}`).join(", ")}` : undefined;
}

/** `--enable-list_sampler` and `--enable-list-sampler` are one option; the last one counts. */
function readOption(wanted: string, options: readonly string[]): "yes" | "no" | undefined {
  const plain = (text: string) => text.replace(/^--/, "").replaceAll("_", "-");
  const [kind = "", ...rest] = plain(wanted).split("-");
  const off = `${kind === "with" ? "without" : "disable"}-${rest.join("-")}`;
  return options
    .flatMap((option): ("yes" | "no")[] => {
      const [name = "", value = "yes"] = option.split("=");
      if (plain(name) === off) return ["no"];
      return plain(name) === plain(wanted) ? [value === "no" ? "no" : "yes"] : [];
    })
    .at(-1);
}
