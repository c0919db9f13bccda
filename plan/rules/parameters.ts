import type { DeploymentPlan } from "../model/deployment-plan";
import { resolvePath } from "../text/host-path";

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

/**
 * What sensors, adapters and accelerators are behind. Behind others, `/dev/zfs` among them, are the host's disks, memory and consoles: a stack file alone gives
 * them to nobody.
 */
const READ_BY_PLUGINS = new RegExp(
  `^/dev/(${[
    ...["accel[0-9]*", "cpu", "cxi[0-9]+", "dri", "habanalabs[0-9]*", "hfi1(_[0-9]+)?", "hl(_controlD)?[0-9]+", "infiniband"],
    ...["ipmi(dev)?[0-9]*", "kfd", "nvidia(ctl|[0-9]+|-[a-z0-9-]+)?"],
  ].join("|")})(/|$)`,
);

/** Of what the stack file gives its daemons nothing is strange; what a rule forbids by name it still forbids. */
export function withGiven(parameters: RuleParameters, given: DeploymentPlan["given"] = { binds: [], devices: [] }): RuleParameters {
  const { binds, devices } = parameters;
  const ofPlugins = given.devices.filter((path) => READ_BY_PLUGINS.test(resolvePath(path)));
  return { ...parameters, binds: [...binds, ...given.binds], devices: [...devices, ...ofPlugins] };
}
