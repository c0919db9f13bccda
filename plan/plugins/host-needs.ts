/** What has to be on the host, beside the kernel that every Linux has: hardware, a driver or a service. Plugins without a row need nothing more. */
const ROWS: readonly (readonly [plugins: string, needs: string])[] = [
  ["aries_linkstatus aries_mmr aries_mmr_configurable aries_nic_mmr aries_rtr_mmr cray_aries_r_sampler", "a Cray Aries network"],
  ["cray_dvs_sampler cray_gemini_r_sampler cray_power_sampler kgnilnd", "a Cray XC or XE node"],
  ["cxi_sampler slingshot_info slingshot_metrics", "HPE Slingshot: the cxi driver"],
  ["daos_sampler", "a DAOS server's telemetry"],
  ["dcgm_sampler", "NVIDIA GPUs, and nv-hostengine of DCGM"],
  ["edac", "the EDAC driver of the memory controller"],
  ["gpumetrics", "Intel GPUs, and Level Zero"],
  [
    "hfclock msr_interlagos rapl tx2mon variorum_sampler ldms_geopm_sampler",
    "a processor that has such registers, and the driver for them",
  ],
  ["hweventpapi papi_sampler perfevent perfevent2 syspapi_sampler", "hardware counters that perf may read (`kernel.perf_event_paranoid`)"],
  ["ibm_occ", "IBM POWER9: the on-chip controller's sensors"],
  ["ibmad_records_sampler ibmad_sampler ibnet sysclassib", "InfiniBand; ibnet and ibmad_records_sampler ask the whole fabric"],
  ["ipmireader ipmisensors", "a BMC by IPMI"],
  ["jobid", "a file with the job's id, which the site's prolog writes"],
  ["jobinfo", "a file with the job's facts, which the site's prolog writes"],
  ["lnet_stats lustre2_client lustre_client lustre_mdc", "a Lustre client; newer ones show their counters in debugfs"],
  ["lustre2_mds lustre2_oss lustre_mdt lustre_ost", "a Lustre server"],
  ["opa2", "Omni-Path"],
  ["rdc_sampler", "AMD GPUs, and rdcd"],
  ["sampler_atasmart", "ATA disks"],
  [
    "slurm_sampler slurm_sampler2 app_sampler linux_proc_sampler",
    "Slurm with upstream's spank plugin slurm_notifier, which publishes jobs and tasks",
  ],
  ["switchx", "a Mellanox SwitchX"],
  ["zfs_leafvdevs zfs_topvdevs zfs_zpool", "ZFS pools"],
];

export const HOST_NEEDS: ReadonlyMap<string, string> = new Map(
  ROWS.flatMap(([plugins, needs]) => plugins.split(" ").map((name) => [name, needs] as const)),
);
