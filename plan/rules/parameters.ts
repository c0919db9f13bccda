/** What a policy run may set of the rules, by `--policy-pack-config`. */
export interface RuleParameters {
  /** Where images may come from, as `registry[:port][/namespace]`; none: anywhere. */
  readonly registries: readonly string[];
  /** Ports below 1024 on which something may listen. */
  readonly lowPorts: readonly number[];
  /** Folders that containers may have read-only beside what the deployment binds. */
  readonly binds: readonly string[];
  /** Capabilities that an ldmsd may have beside those of the profile `minimal`. */
  readonly capabilities: readonly string[];
  /** Devices that an ldmsd may have beside those of the profile `minimal`. */
  readonly devices: readonly string[];
}

export type ParameterName = keyof RuleParameters;

export const DEFAULT_PARAMETERS: RuleParameters = {
  registries: [],
  // The UI's, ldmsd's, and the next ones for a second and third daemon of a host.
  lowPorts: [80, 411, 412, 413, 443],
  binds: [],
  capabilities: [],
  devices: [],
};
