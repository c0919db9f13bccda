import { findPlugin } from "../plugins/plugins";
import { PROFILE_NEEDS } from "./profile";

/** Of upstream's sources those that read what every user may, in /proc, /sys and files that the site names, or nothing of the host at all. */
const NEEDING_NOTHING: readonly string[] = [
  ...["all_example", "array_example", "clock", "coretemp", "dstat", "edac", "file_importer", "filesingle", "generic_sampler", "grptest"],
  ...["hello_ldms_msg", "hello_sampler", "jobid", "jobinfo", "json_stream_sampler", "list_sampler", "loadavg", "meminfo", "procdiskstats"],
  ...["procnet", "procnetdev", "procnetdev2", "procnfs", "procstat", "procstat2", "record_sampler", "slurm_sampler", "slurm_sampler2"],
  ...["synthetic", "sysclassib", "test_sampler", "tutorial_sampler", "variable", "vmstat"],
];
const WITH_ROW = PROFILE_NEEDS.flatMap(({ of }) => (of.kind === "plugin" ? [of.plugin] : []));

/** Whether it is known what the plugin takes of its host. */
export function isKnownToProfile(plugin: string): boolean {
  return NEEDING_NOTHING.includes(plugin) || WITH_ROW.includes(plugin) || findPlugin(plugin)?.kind === "store";
}
