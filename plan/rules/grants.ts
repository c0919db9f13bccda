import type { Grant } from "../model/deployment-plan";
import { resolvePath } from "../text/host-path";
import { onceFor } from "../text/once-for";
import type { RuleParameters } from "./parameters";
import type { Subject } from "./waivers";

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

/** Ten thousand hosts are asked for one after the other. */
const hostsOf = onceFor(({ hosts }: Grant) => new Set(hosts));

/** Of what the stack file gives a container nothing is strange; what a rule forbids by name it still forbids. */
export function withGiven(parameters: RuleParameters, given: readonly Grant[] = [], { host, container }: Subject = {}): RuleParameters {
  if (given.length === 0 || host === undefined || container === undefined) return parameters;
  const own = given.filter((grant) => grant.containers.includes(container) && hostsOf(grant).has(host));
  if (own.length === 0) return parameters;
  const devices = own.flatMap((grant) => grant.devices.filter((path) => READ_BY_PLUGINS.test(resolvePath(path))));
  return {
    ...parameters,
    binds: [...parameters.binds, ...own.flatMap(({ binds }) => binds)],
    devices: [...parameters.devices, ...devices],
  };
}
