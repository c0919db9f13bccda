import { type LdmsCfg, listEndpoints, type WrittenEndpoint } from "../maestro/ldms-cfg-form";
import { pairDaemons } from "../maestro/pair-daemons";
import { groupBy } from "../text/group-by";
import type { SourcePull } from "./source-site";

/** Where the daemons of an ldms_cfg.yaml listen, by their names and by those of their endpoints. */
export class CfgEndpoints {
  private readonly endpointsOf = new Map<string, readonly WrittenEndpoint[]>();
  private readonly pulls = new Map<string, SourcePull>();

  constructor({ daemons }: LdmsCfg) {
    const written = groupBy(daemons.flatMap(listEndpoints), ({ daemon }) => daemon);
    for (const { names, hosts, endpoints } of daemons) {
      for (const { name, host } of pairDaemons(names, hosts, ["0"])) {
        const own = written.get(name);
        if (own) this.endpointsOf.set(name, ownFirst(own, host));
      }
      for (const [index, endpoint] of endpoints.entries())
        for (const [i, name] of endpoint.names.entries()) {
          const daemon = names[i];
          const place = daemon === undefined ? undefined : written.get(daemon)?.[index];
          if (daemon !== undefined && place) this.pulls.set(name, { daemon, listener: Math.max(0, this.of(daemon).indexOf(place)) });
        }
    }
  }

  has(daemon: string): boolean {
    return this.endpointsOf.has(daemon);
  }

  /** Its own one first: where it is dialled by its host's own name. */
  of(daemon: string): readonly WrittenEndpoint[] {
    return this.endpointsOf.get(daemon) ?? [];
  }

  /** The daemon that is dialled by the name of an endpoint. */
  findPull(endpoint: string): SourcePull | undefined {
    return this.pulls.get(endpoint);
  }
}

function ownFirst(endpoints: readonly WrittenEndpoint[], host: string): readonly WrittenEndpoint[] {
  const own = endpoints.find((endpoint) => endpoint.host === host) ?? endpoints[0]!;
  return [own, ...endpoints.filter((endpoint) => endpoint !== own)];
}
