/** A rule that a site lets be broken, for a while. */
export interface Waiver {
  readonly rule: string;
  /** Absent: wherever it is broken. */
  readonly hosts?: readonly string[];
  readonly containers?: readonly string[];
  readonly reason: string;
  /** The last day of it, within a year from today: `2027-03-31`. */
  readonly until: string;
}
