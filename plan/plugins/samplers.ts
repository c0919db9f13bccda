import type { PluginFacts } from "./plugin-facts";

/**
 * `multi`: several configurations in a daemon. `own name`: not renamable. `streams` and `messages`: what it subscribes to (`ldmsd_stream_subscribe`,
 * `ldms_msg_subscribe`); without the service app_sampler, linux_proc_sampler and papi_sampler end ldmsd 4.5.3 with code 95, the others wait.
 */
type Mark = "multi" | "own name" | "passing" | "streams" | "messages";
type Row = readonly [name: string, sets: number, setKib: number, ...Mark[]];

/**
 * Sizes are measured on ldmsd 4.5.3 but where a row is called a guess.
 *
 * @see ldms/src/sampler and ldms/src/contrib/sampler of v4.5.3 and, for what came after it, of 279bd1b: `.flags` of each plugin, and where it makes its sets
 */
const ROWS: readonly Row[] = [
  ["all_example", 1, 2],
  ["app_sampler", 128, 28, "multi", "passing", "messages"], // Guess. One a task: 28 KiB was measured, a task a core is the guess.
  ["appinfo", 1, 8], // Guess.
  ["aries_linkstatus", 1, 32], // Guess.
  ["aries_mmr", 1, 64], // Guess.
  ["aries_mmr_configurable", 1, 64], // Guess.
  ["aries_nic_mmr", 1, 64], // Guess.
  ["aries_rtr_mmr", 1, 64], // Guess.
  ["array_example", 1, 2],
  ["blob_msg_writer", 0, 0, "messages"],
  ["blob_stream_writer", 0, 0, "streams"],
  ["clock", 1, 1],
  ["coretemp", 1, 16], // Guess. 2 KiB without a sensor.
  ["cray_aries_r_sampler", 1, 32], // Guess.
  ["cray_dvs_sampler", 1, 64], // Guess.
  ["cray_gemini_r_sampler", 1, 32], // Guess.
  ["cray_power_sampler", 1, 8], // Guess.
  ["curated_metrics", 1, 32, "multi"], // Guess.
  ["cxi_sampler", 1, 32, "multi"], // Guess. 2 KiB for a device without counters.
  ["daos_sampler", 64, 8], // Guess. One a rank, a pool and a target of each.
  ["dcgm_sampler", 8, 8], // Guess. One a GPU.
  ["dstat", 1, 3],
  ["edac", 1, 32], // Guess.
  ["file_importer", 1, 16, "multi", "passing"], // Guess.
  ["filesingle", 1, 16, "multi"], // Guess. 1 KiB with two files.
  ["fptrans", 1, 8], // Guess.
  ["generic_sampler", 1, 16, "passing"], // Guess.
  ["gpumetrics", 1, 32], // Guess.
  ["grptest", 9, 1, "own name"],
  ["hello_ldms_msg", 0, 0, "messages"],
  ["hello_sampler", 0, 0, "streams"],
  ["hfclock", 1, 8], // Guess.
  ["hweventpapi", 1, 16, "passing"], // Guess.
  ["ibm_occ", 1, 64], // Guess.
  ["ibmad_records_sampler", 1, 64], // Guess.
  ["ibmad_sampler", 4, 8, "own name"], // Guess. One a port.
  ["ibnet", 4, 16], // Guess. One a port.
  ["ipmireader", 1, 32], // Guess.
  ["ipmisensors", 1, 32], // Guess.
  ["jobid", 1, 1, "own name"],
  ["jobinfo", 1, 2, "passing"],
  ["json_stream_sampler", 16, 16, "multi", "passing", "streams"], // Guess. One an `inst_fmt` that a message brings; `heap_sz` is its size.
  ["kgnilnd", 1, 8], // Guess.
  ["ldms_geopm_sampler", 1, 32], // Guess.
  ["linux_proc_sampler", 128, 29, "own name", "passing", "messages"], // Guess. One a task: 29 KiB was measured, a task a core is the guess.
  ["list_sampler", 1, 11],
  ["lnet_stats", 1, 2],
  ["loadavg", 1, 1],
  ["lustre2_client", 1, 64], // Guess.
  ["lustre2_mds", 1, 280], // Guess. 70 KiB with one target.
  ["lustre2_oss", 1, 328], // Guess. 41 KiB with one target.
  ["lustre_client", 4, 3, "passing"], // Guess. One a mount: 3 KiB was measured.
  ["lustre_mdc", 16, 6, "own name", "passing"], // Guess. One a metadata target of each mount: 6 KiB was measured.
  ["lustre_mdt", 257, 2, "passing"], // Guess. One a target, and one a job of each, 256 jobs: 2 KiB was measured.
  ["lustre_ost", 2056, 2, "passing"], // Guess. One a target, 8 of them, and one a job of each: 2 KiB was measured.
  ["meminfo", 1, 4, "multi"],
  ["msr_interlagos", 1, 16], // Guess.
  ["opa2", 2, 16], // Guess. One a port.
  ["papi_sampler", 128, 8, "own name", "passing", "messages"], // Guess.
  ["perfevent", 1, 32], // Guess.
  ["perfevent2", 1, 32, "multi", "passing"], // Guess.
  ["procdiskstats", 1, 36], // 1.8 KiB a disk or partition.
  ["procinterrupts", 1, 2667], // 53 bytes a core and interrupt.
  ["procnet", 21, 2, "passing"], // One an interface, up to these.
  ["procnetdev", 1, 5], // 1 KiB an interface.
  ["procnetdev2", 1, 51, "multi"], // Has room for 256 interfaces from the start.
  ["procnfs", 1, 8], // Guess.
  ["procstat", 1, 14], // 2 KiB and 88 bytes a core.
  ["procstat2", 1, 19], // 2 KiB and 132 bytes a core; `interrupt=true` makes one more, of 64 bytes an interrupt.
  ["rapl", 1, 8], // Guess.
  ["rdc_sampler", 8, 8], // Guess. One a GPU.
  ["record_sampler", 1, 7],
  ["sampler_atasmart", 1, 64], // Guess.
  ["shm_sampler", 16, 16, "passing"], // Guess.
  ["slingshot_info", 1, 16], // Guess.
  ["slingshot_metrics", 1, 64], // Guess.
  ["slurm_sampler", 1, 9, "own name", "passing", "messages"],
  ["slurm_sampler2", 1, 64, "own name", "passing", "messages"], // Guess. 12 KiB without a job; grows with its tasks.
  ["switchx", 1, 64], // Guess.
  ["synthetic", 1, 1, "passing"],
  ["sysclassib", 1, 64], // Guess.
  ["syspapi_sampler", 1, 32, "messages"], // Guess.
  ["test_sampler", 1, 16, "multi", "passing"], // Guess.
  ["tutorial_sampler", 1, 2],
  ["tx2mon", 2, 32], // Guess. One a socket.
  ["variable", 1, 1, "own name", "passing"],
  ["variorum_sampler", 1, 16], // Guess.
  ["vmstat", 1, 13],
  ["zfs_leafvdevs", 1, 64], // Guess.
  ["zfs_topvdevs", 1, 32], // Guess.
  ["zfs_zpool", 1, 16], // Guess.
];

export const SAMPLER_PLUGINS: readonly PluginFacts[] = ROWS.map(([name, sets, setKib, ...marks]) => ({
  name,
  kind: "sampler",
  isMultiInstance: marks.includes("multi"),
  isRenamable: !marks.includes("own name"),
  hasPassingSets: marks.includes("passing"),
  ...(marks.includes("streams") && { listensTo: "streams" }),
  ...(marks.includes("messages") && { listensTo: "messages" }),
  sets,
  setKib,
}));
