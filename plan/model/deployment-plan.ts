import type { PlannedContainer } from "./container";
import type { PlannedDaemon, PlannedExternal, PlannedMunge, PlannedPull, PlannedStore } from "./daemon";
import type { PlannedFanOut } from "./fan-out";
import type { PlannedHost } from "./host";
import type { PlannedImage, PlannedStep } from "./image";
import type { Waiver } from "./waiver";

/** What the containers of a group may have of their hosts. */
export interface Grant {
  readonly hosts: readonly string[];
  /** Their names on each host. */
  readonly containers: readonly string[];
  /** Paths that they read. */
  readonly binds: readonly string[];
  readonly devices: readonly string[];
}

/** Everything that one deployment consists of. Same config and facts, same plan; contains names of secrets, never values. */
export interface DeploymentPlan {
  readonly stack: string;
  /** One docker provider a host, or batches of hosts by way of a head. */
  readonly method: "docker" | "fan-out";
  /** For the method `fan-out`. */
  readonly fanOut?: PlannedFanOut;
  /** Parts of the stack that are worked on beside it from heads of their own; empty: none. */
  readonly furtherFanOuts: readonly PlannedFanOut[];
  /** In the order of `ldms:hosts`. Hosts without a container are left out. */
  readonly hosts: readonly PlannedHost[];
  /** The images that the containers use, sorted by name. */
  readonly images: readonly PlannedImage[];
  /** What the binaries of built images are made by, each after what it stands on; empty where the stack names no sources. */
  readonly steps: readonly PlannedStep[];
  readonly daemons: readonly PlannedDaemon[];
  /** Who pulls whom, an entry an aggregator; of those that maestro spreads producers over, an entry a group. */
  readonly pulls: readonly PlannedPull[];
  /** Samplers that the site starts; absent: none. */
  readonly externals?: readonly PlannedExternal[];
  readonly stores: readonly PlannedStore[];
  readonly munge: PlannedMunge;
  /** `privileged`: as upstream runs them; `minimal`: nothing but what plan/profile/profile.ts gives each. */
  readonly profile: "privileged" | "minimal";
  /** Rules that the site lets be broken for a while. */
  readonly waivers: readonly Waiver[];
  /** What the stack file itself lets its daemons have of their hosts, a record a group that is given something. */
  readonly given: readonly Grant[];
  /** `http://cygnus-07:3000`; absent where the stack has none. */
  readonly endpoints: { readonly ui?: string; readonly grafana?: string };
  /** How many dead sampler hosts an `up` skips instead of stopping; 0 or more. */
  readonly toleratedDeadHosts: number;
  /** Whether verbs keep their connections for the next one: who reaches the hosts says so. Absent: each verb ends its own, and no others. */
  readonly isKeeping?: boolean;
}

/** Of all hosts, in their order, then in the order in which a host starts them. */
export function listContainers({ hosts }: Pick<DeploymentPlan, "hosts">): readonly PlannedContainer[] {
  return hosts.flatMap(({ containers }) => containers);
}

/** Loops over ten thousand hosts ask for one after the other. */
const hostsByName = new WeakMap<readonly PlannedHost[], ReadonlyMap<string, PlannedHost>>();

export function findHost({ hosts }: Pick<DeploymentPlan, "hosts">, name: string): PlannedHost | undefined {
  let byName = hostsByName.get(hosts);
  if (!byName) {
    byName = new Map(hosts.map((host) => [host.name, host]));
    hostsByName.set(hosts, byName);
  }
  return byName.get(name);
}

/** @throws TypeError for a name that the plan has not, which no plan's own record has */
export function hostNamed(plan: Pick<DeploymentPlan, "hosts">, name: string): PlannedHost {
  const host = findHost(plan, name);
  if (!host) throw new TypeError(`the plan has no host \`${name}\``);
  return host;
}
