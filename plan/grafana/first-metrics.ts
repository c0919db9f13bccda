/** A metric that an administrator looks at first. */
export interface FirstMetric {
  readonly name: string;
  /** Grafana's id of it: `kbytes` are KiB. @see https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit */
  readonly unit: "kbytes" | "short";
}

/** By plugin, as ldmsd 4.5.3 calls them; metrics of one device each, and those in lists, are not among them: no query asks for them by one name. */
export const FIRST_METRICS: Readonly<Record<string, readonly FirstMetric[]>> = {
  dstat: [
    { name: "VmRSS", unit: "short" },
    { name: "num_threads", unit: "short" },
  ],
  jobid: [{ name: "job_id", unit: "short" }],
  loadavg: [
    { name: "load1min", unit: "short" },
    { name: "load15min", unit: "short" },
    { name: "runnable", unit: "short" },
  ],
  meminfo: [
    { name: "MemFree", unit: "kbytes" },
    { name: "MemAvailable", unit: "kbytes" },
    { name: "Dirty", unit: "kbytes" },
    { name: "SwapFree", unit: "kbytes" },
  ],
  procstat: [
    { name: "procs_running", unit: "short" },
    { name: "procs_blocked", unit: "short" },
  ],
  procstat2: [
    { name: "procs_running", unit: "short" },
    { name: "procs_blocked", unit: "short" },
  ],
  vmstat: [
    { name: "nr_free_pages", unit: "short" },
    { name: "nr_dirty", unit: "short" },
    { name: "nr_writeback", unit: "short" },
    { name: "pgmajfault", unit: "short" },
  ],
};
