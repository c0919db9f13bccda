/** What the size of a stack comes to depends on these, and no stack file says them. */
export interface ScaleAssumptions {
  /** Compressed size of an image as it is pulled, MiB, more than 0. */
  readonly imageMib: number;
  /** Of the link that a registry or mirror has, Gbit/s, more than 0. */
  readonly linkGbit: number;
  /** Daemons that one aggregator pulls from; 1 or more. */
  readonly fanIn: number;
}

/**
 * A round number each, none of them measured. LDMS has run on 27,648 nodes; how many samplers one aggregator had there is not known to this project,
 * and the ratios of the SC14 paper (9,000 and 15,000 to 1) are not confirmed.
 */
export const SCALE_ASSUMPTIONS: ScaleAssumptions = { imageMib: 100, linkGbit: 10, fanIn: 1000 };
