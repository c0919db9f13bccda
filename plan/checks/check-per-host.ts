import type { AggregatorConfig, ClusterConfig } from "../config/config";
import { MOST_PORT } from "../config/scalars";
import { writtenGrammar } from "../config/written-grammar";
import type { ConfigProblem } from "../problems/errors";
import { hasFolder } from "../stores/storage";

/** Several daemons of an entry on a host have nothing but their ports to tell them apart. */
export function checkPerHost(config: ClusterConfig): ConfigProblem[] {
  const { aggregators, ports } = config;
  return aggregators.flatMap((aggregator, i) => {
    const { perHost = 1, port = ports.ldmsd } = aggregator;
    const path = `aggregators[${i}]`;
    if (perHost === 1) return [];
    const last = Math.max(port, ...(aggregator.listeners ?? []).map((listener) => listener.port)) + perHost - 1;
    return [
      ...checkShared(aggregator, path),
      ...(last > MOST_PORT
        ? [{ path: `${path}.perHost`, message: `needs ports up to ${last}: ${perHost}`, help: "begin at a lower `port`" }]
        : []),
      ...(writtenGrammar(config) === "A"
        ? [
            {
              path: `${path}.perHost`,
              message: `is not known to a maestro of grammar \`A\`: ${perHost}`,
              help: "leave it out, or `maestro`",
            },
          ]
        : []),
    ];
  });
}

/** What two daemons of a host would do to one folder, one set or one server. */
function checkShared({ perHost, plugins, stores, dsosd }: AggregatorConfig, path: string): ConfigProblem[] {
  const folders = stores.flatMap((store, i) =>
    hasFolder(store) ? [{ path: `${path}.stores[${i}]`, message: "would be one folder for all daemons of a host" }] : [],
  );
  return [
    ...folders.map((one) => ({ ...one, help: "store on the next level, which pulls them, or leave `perHost` out" })),
    ...(plugins.length
      ? [
          {
            path: `${path}.plugins`,
            message: `would give the sets of ${perHost} daemons of a host the same names`,
            help: "give the hosts a group of `samplers`",
          },
        ]
      : []),
    ...(dsosd === false
      ? []
      : [
          { path: `${path}.dsosd`, message: `there is one on a host, not one for each of ${perHost} daemons`, help: "leave `perHost` out" },
        ]),
  ];
}
