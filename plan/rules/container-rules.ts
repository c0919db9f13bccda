import { MAESTRO, RDMA_SAMPLER, SAMPLER } from "./examples";
import type { ContainerFacts } from "./facts";
import { readTransports } from "./listeners";
import type { Rule } from "./rule";

function usesRdma({ argv }: ContainerFacts): boolean {
  return readTransports(argv).some(({ xprt }) => xprt === "rdma");
}

function isService({ role }: ContainerFacts): boolean {
  return role === "maestro" || role === "ui" || role === "grafana";
}

function networkMessage({ role, name, networkMode }: ContainerFacts): string {
  return `${role} \`${name}\` is not on the host's network: network mode \`${networkMode ?? "default"}\``;
}

export const CONTAINER_RULES: readonly Rule<ContainerFacts>[] = [
  {
    name: "sampler-shares-host-pid",
    description: "A sampler shares the host's PID namespace, so that its plugins see the host's processes.",
    severity: "high",
    enforcement: "mandatory",
    applies: ({ role }) => role === "sampler",
    holds: ({ pidMode }) => pidMode === "host",
    message: ({ name, pidMode }) => `sampler \`${name}\` does not share the host's PID namespace: PID mode \`${pidMode ?? "private"}\``,
    help: "give the container the PID mode `host`",
    examples: { breaking: { ...SAMPLER, pidMode: undefined }, passing: SAMPLER },
  },
  {
    name: "service-does-not-share-host-pid",
    description: "maestro, the UI and Grafana have a PID namespace of their own.",
    severity: "high",
    enforcement: "mandatory",
    applies: isService,
    holds: ({ pidMode }) => pidMode !== "host",
    message: ({ role, name }) => `${role} \`${name}\` shares the host's PID namespace: PID mode \`host\``,
    help: "leave the container's PID mode out",
    examples: { breaking: { ...MAESTRO, pidMode: "host" }, passing: MAESTRO },
  },
  {
    name: "host-network-for-rdma",
    description: "A daemon that speaks RDMA is on the host's network: the devices are there alone.",
    severity: "high",
    enforcement: "mandatory",
    applies: usesRdma,
    holds: ({ networkMode }) => networkMode === "host",
    message: networkMessage,
    help: "give the container the network mode `host`",
    examples: { breaking: { ...RDMA_SAMPLER, networkMode: "bridge" }, passing: RDMA_SAMPLER },
  },
  {
    name: "host-network",
    description: "Containers are on the host's network: daemons dial each other by the hosts' names and ports.",
    severity: "medium",
    enforcement: "advisory",
    applies: (facts) => facts.role !== undefined && !usesRdma(facts),
    holds: ({ networkMode }) => networkMode === "host",
    message: networkMessage,
    help: "give the container the network mode `host`",
    examples: { breaking: { ...SAMPLER, networkMode: "bridge" }, passing: SAMPLER },
  },
];
