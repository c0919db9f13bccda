import type { PluginFacts } from "./facts";

/** `multi`: several configurations in a daemon. `own name`: not renamable. `guess`: sets or size were not measured. */
type Mark = "multi" | "own name" | "passing" | "guess";
type Row = readonly [name: string, sets: number, setKib: number, ...Mark[]];

/** @see ldms/src/sampler and ldms/src/contrib/sampler of v4.5.3: `.flags` of each plugin, and where it makes its sets */
const ROWS: readonly Row[] = [
  ["all_example", 1, 2],
  ["app_sampler", 128, 28, "multi", "passing", "guess"], // One a task: 28 KiB was measured, a task a core is the guess.
  ["appinfo", 1, 8, "guess"],
  ["aries_linkstatus", 1, 32, "guess"],
  ["aries_mmr", 1, 64, "guess"],
  ["aries_mmr_configurable", 1, 64, "guess"],
  ["aries_nic_mmr", 1, 64, "guess"],
  ["aries_rtr_mmr", 1, 64, "guess"],
  ["array_example", 1, 2],
  ["blob_msg_writer", 0, 0],
  ["blob_stream_writer", 0, 0],
  ["clock", 1, 1],
  ["coretemp", 1, 16, "guess"], // 2 KiB without a sensor.
  ["cray_aries_r_sampler", 1, 32, "guess"],
  ["cray_dvs_sampler", 1, 64, "guess"],
  ["cray_gemini_r_sampler", 1, 32, "guess"],
  ["cray_power_sampler", 1, 8, "guess"],
  ["cxi_sampler", 1, 32, "multi", "guess"], // 2 KiB for a device without counters.
  ["daos_sampler", 64, 8, "guess"], // One a rank, a pool and a target of each.
  ["dcgm_sampler", 8, 8, "guess"], // One a GPU.
  ["dstat", 1, 3],
  ["edac", 1, 32, "guess"],
  ["filesingle", 1, 16, "multi", "guess"], // 1 KiB with two files.
  ["fptrans", 1, 8, "guess"],
  ["generic_sampler", 1, 16, "passing", "guess"],
  ["gpumetrics", 1, 32, "guess"],
  ["grptest", 9, 1, "own name"],
  ["hello_ldms_msg", 0, 0],
  ["hello_sampler", 0, 0],
  ["hfclock", 1, 8, "guess"],
  ["hweventpapi", 1, 16, "passing", "guess"],
  ["ibm_occ", 1, 64, "guess"],
  ["ibmad_records_sampler", 1, 64, "guess"],
  ["ibmad_sampler", 4, 8, "own name", "guess"], // One a port.
  ["ibnet", 4, 16, "guess"], // One a port.
  ["ipmireader", 1, 32, "guess"],
  ["ipmisensors", 1, 32, "guess"],
  ["jobid", 1, 1, "own name"],
  ["jobinfo", 1, 2, "passing"],
  ["json_stream_sampler", 16, 16, "multi", "passing", "guess"], // One an `inst_fmt` that a message brings; `heap_sz` is its size.
  ["kgnilnd", 1, 8, "guess"],
  ["ldms_geopm_sampler", 1, 32, "guess"],
  ["linux_proc_sampler", 128, 29, "own name", "passing", "guess"], // One a task: 29 KiB was measured, a task a core is the guess.
  ["list_sampler", 1, 11],
  ["lnet_stats", 1, 2],
  ["loadavg", 1, 1],
  ["lustre2_client", 1, 64, "guess"],
  ["lustre2_mds", 1, 280, "guess"], // 70 KiB with one target.
  ["lustre2_oss", 1, 328, "guess"], // 41 KiB with one target.
  ["lustre_client", 4, 3, "passing", "guess"], // One a mount: 3 KiB was measured.
  ["lustre_mdc", 16, 6, "own name", "passing", "guess"], // One a metadata target of each mount: 6 KiB was measured.
  ["lustre_mdt", 257, 2, "passing", "guess"], // One a target, and one a job of each, 256 jobs: 2 KiB was measured.
  ["lustre_ost", 2056, 2, "passing", "guess"], // One a target, 8 of them, and one a job of each: 2 KiB was measured.
  ["meminfo", 1, 4, "multi"],
  ["msr_interlagos", 1, 16, "guess"],
  ["opa2", 2, 16, "guess"], // One a port.
  ["papi_sampler", 128, 8, "own name", "passing", "guess"],
  ["perfevent", 1, 32, "guess"],
  ["procdiskstats", 1, 36], // 1.8 KiB a disk or partition.
  ["procinterrupts", 1, 2667], // 53 bytes a core and interrupt.
  ["procnet", 21, 2, "passing"], // One an interface, up to these.
  ["procnetdev", 1, 5], // 1 KiB an interface.
  ["procnetdev2", 1, 51, "multi"], // Has room for 256 interfaces from the start.
  ["procnfs", 1, 8, "guess"],
  ["procstat", 1, 14], // 2 KiB and 88 bytes a core.
  ["procstat2", 1, 19], // 2 KiB and 132 bytes a core; `interrupt=true` makes one more, of 64 bytes an interrupt.
  ["rapl", 1, 8, "guess"],
  ["rdc_sampler", 8, 8, "guess"], // One a GPU.
  ["record_sampler", 1, 7],
  ["sampler_atasmart", 1, 64, "guess"],
  ["shm_sampler", 16, 16, "passing", "guess"],
  ["slingshot_info", 1, 16, "guess"],
  ["slingshot_metrics", 1, 64, "guess"],
  ["slurm_sampler", 1, 9, "own name", "passing"],
  ["slurm_sampler2", 1, 64, "own name", "passing", "guess"], // 12 KiB without a job; grows with its tasks.
  ["switchx", 1, 64, "guess"],
  ["synthetic", 1, 1, "passing"],
  ["sysclassib", 1, 64, "guess"],
  ["syspapi_sampler", 1, 32, "guess"],
  ["test_sampler", 1, 16, "multi", "passing", "guess"],
  ["tutorial_sampler", 1, 2],
  ["tx2mon", 2, 32, "guess"], // One a socket.
  ["variable", 1, 1, "own name", "passing"],
  ["variorum_sampler", 1, 16, "guess"],
  ["vmstat", 1, 13],
  ["zfs_leafvdevs", 1, 64, "guess"],
  ["zfs_topvdevs", 1, 32, "guess"],
  ["zfs_zpool", 1, 16, "guess"],
];

export const SAMPLER_PLUGINS: readonly PluginFacts[] = ROWS.map(([name, sets, setKib, ...marks]) => ({
  name,
  kind: "sampler",
  isMultiInstance: marks.includes("multi"),
  isRenamable: !marks.includes("own name"),
  hasPassingSets: marks.includes("passing"),
  sets,
  setKib,
  isMeasured: !marks.includes("guess"),
}));
