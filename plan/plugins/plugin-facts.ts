/** What the plan knows of a plugin of upstream's, of ldms 4.5. */
export interface PluginFacts {
  readonly name: string;
  readonly kind: "sampler" | "store";
  /** Several configurations in one daemon. */
  readonly isMultiInstance: boolean;
  /** False: `load name=` has to be the plugin's own name. */
  readonly isRenamable: boolean;
  /** Its sets come and go with jobs, processes, mounts or interfaces, stand still without a job, or are named by other settings: nothing awaits them. */
  readonly hasPassingSets: boolean;
  /** What it waits for, in a service that ldmsd has switched off until it is told; absent: nothing. */
  readonly listensTo?: "streams" | "messages";
  /** Sets that one configuration of it makes on a node; 0 for stores, and for samplers that only listen. */
  readonly sets: number;
  /**
   * What one set takes of the set memory of the daemon that holds it, sampler or aggregator alike, in KiB: its meta data, data and heap
   * and 96 bytes beside, in granules of 1 KiB. It is that of a large node: 128 cores, 400 interrupts, 20 disks and partitions, 4 interfaces.
   * @see ldms/src/core/ldms.c, `LDMS_GRAIN_MMALLOC`
   */
  readonly setKib: number;
}
