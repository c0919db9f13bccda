import type { PluginConfig } from "../daemon-group";

/**
 * Samplers of upstream's whose sets come and go with jobs, processes or streams, or are named after what the host has (ports, file systems, cards),
 * not by `instance`. Nothing shows that one of their sets has to be there.
 */
const PASSING: ReadonlySet<string> = new Set([
  ...["app_sampler", "json_stream_sampler", "linux_proc_sampler", "papi_sampler", "shm_sampler", "slurm_sampler", "slurm_sampler2"],
  ...["daos", "dcgm_sampler", "dvs_sampler", "ibmad_sampler", "ibnet", "opa2", "rdc_sampler", "tx2mon", "variable"],
  ...["lustre_client", "lustre_llite", "lustre_mdc", "lustre_mdt", "lustre_ost"],
  ...["generic_sampler", "grptest", "synthetic", "test_sampler"],
]);

export function isPassing(pluginName: string): boolean {
  return PASSING.has(pluginName);
}

/** The end of the name of the set that a plugin keeps: `meminfo` of `cygnus-01/meminfo`. Absent: its sets are not awaited. */
export function awaitedSet({ name, config }: PluginConfig): string | undefined {
  if (isPassing(name)) return undefined;
  const end = String(config["instance"] ?? name).replace(/^.*\//, "");
  // What a variable ends in is known on the host only.
  return /^[A-Za-z0-9_.-]+$/.test(end) ? end : undefined;
}
