import { LAB_FILES } from "../../lab/names";
import type { PlannedContainer, Role } from "../../plan/model/container";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";

interface HostSketch {
  readonly name: string;
  readonly address?: string;
  readonly user?: string;
  /** The machine that the test runs on. */
  readonly isLocal?: boolean;
  readonly containers: readonly (readonly [name: string, role: Role])[];
}

/** A plan by hand, of as much as operations read: each container has port 4110 and on, and uses the host's munge. */
export function sketchPlan(hosts: readonly HostSketch[], changes: Partial<DeploymentPlan> = {}): DeploymentPlan {
  return {
    stack: "sketch",
    method: "docker",
    furtherFanOuts: [],
    hosts: hosts.map(sketchHost),
    images: [{ name: "ldms-samp", reference: "198.18.0.5:5000/ovishpc/ldms-samp:standin" }],
    steps: [],
    daemons: [],
    pulls: [],
    stores: [],
    munge: { mode: "host" },
    profile: "privileged",
    waivers: [],
    given: [],
    endpoints: {},
    toleratedDeadHosts: 0,
    ...changes,
  };
}

function sketchHost({ name, address, user = "root", isLocal, containers }: HostSketch): PlannedHost {
  const number = Number(name.match(/\d+$/)?.[0] ?? 0);
  return {
    name,
    interconnectName: `${name}-iw`,
    containers: containers.map(([container, role]) => sketchContainer(name, container, role)),
    connection: isLocal
      ? { kind: "local" }
      : {
          kind: "ssh",
          address: address ?? `198.18.0.${10 + number}`,
          user,
          port: 22,
          keyFile: LAB_FILES.privateKey,
          knownHostsFile: LAB_FILES.knownHosts,
          connectTimeoutSeconds: 3,
        },
    ports: containers.map(([container], index) => ({ port: 4110 + index, container, purpose: "ldmsd" })),
    files: [],
    volumes: [],
  };
}

function sketchContainer(host: string, name: string, role: Role): PlannedContainer {
  return {
    host,
    name,
    role,
    image: "ldms-samp",
    argv: [],
    env: {},
    mounts: [{ kind: "bind", hostPath: "/run/munge", containerPath: "/run/munge", readOnly: true }],
    networkMode: "host",
    privileged: true,
    capabilities: { add: [], drop: [] },
    devices: [],
    readOnlyRootFilesystem: false,
    tmpfs: {},
    securityOpts: [],
    ulimits: [],
    restart: "unless-stopped",
    healthCheck: { test: ["NONE"], intervalSeconds: 10, timeoutSeconds: 5, startPeriodSeconds: 0, retries: 1 },
    log: { driver: "json-file", maxSizeMib: 1, maxFiles: 1 },
    stopTimeoutSeconds: 1,
    labels: { "ldms.stack": "sketch", "ldms.role": role, "ldms.spec": "0" },
  };
}
