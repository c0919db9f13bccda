/** What the verbs of an engine take. */
export interface DeployOptions {
  readonly stack: string;
  readonly engine?: "pulumi" | "embedded";
  readonly yes?: boolean;
  readonly refresh?: boolean;
  readonly json?: boolean;
  readonly target: readonly string[];
  readonly exclude: readonly string[];
  readonly policyPack: readonly string[];
  readonly takeOver?: boolean;
  readonly keep?: boolean;
  readonly message?: string;
  readonly onlyFailed?: boolean;
  /** The digest of a preview. */
  readonly expect?: string;
  /** Seconds; false: does not wait. */
  readonly wait?: number | false;
}
