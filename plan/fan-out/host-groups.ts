import { findOwnId, generalizeContainer, generalSpec } from "../containers/spec-hash";
import type { PlannedGroup, PlannedMember } from "../model/fan-out";
import type { PlannedConnection, PlannedHost } from "../model/host";

export type UnnamedGroup = Omit<PlannedGroup, "name" | "batches">;

/** Hosts that get the same, with a name for each group, in the order of the hosts. @param dial how the head reaches a host */
export function groupHosts(hosts: readonly PlannedHost[], dial: (host: PlannedHost) => PlannedConnection): [string, UnnamedGroup][] {
  return nameGroups(groupAlike(hosts, dial));
}

function groupAlike(hosts: readonly PlannedHost[], dial: (host: PlannedHost) => PlannedConnection): UnnamedGroup[] {
  const groups = new Map<string, UnnamedGroup & { readonly hosts: PlannedMember[] }>();
  for (const host of hosts) {
    const connection = dial(host);
    const address = connection.kind === "ssh" ? connection.address : host.name;
    const componentId = findOwnId(host.containers);
    const member = {
      name: host.name,
      address,
      ...(host.mirror !== undefined && { mirror: host.mirror }),
      ...(componentId !== undefined && { componentId }),
    };
    const key = likeness(host, connection);
    const group = groups.get(key);
    if (group) group.hosts.push(member);
    else {
      const containers = host.containers.map(generalizeContainer);
      groups.set(key, { hosts: [member], connection, containers, files: host.files, volumes: host.volumes });
    }
  }
  return [...groups.values()];
}

/** Equal for hosts that one script serves. The hash of a container covers all of it but its name and its image. */
function likeness({ files, volumes, containers }: PlannedHost, connection: PlannedConnection): string {
  const specs = containers.map((container) => [container.name, container.image, generalSpec(container)]);
  return JSON.stringify([specs, files.map(({ path, fingerprint }) => [path, fingerprint]), volumes, { ...connection, address: "" }]);
}

/** After its containers, `agg2-dsosd-maestro`; the second of the same containers and another content has `-b` behind it. */
function nameGroups(groups: readonly UnnamedGroup[]): [string, UnnamedGroup][] {
  const seen = new Map<string, number>();
  return groups.map((group) => {
    const name = group.containers.map((container) => container.name).join("-");
    const earlier = seen.get(name) ?? 0;
    seen.set(name, earlier + 1);
    return [earlier === 0 ? name : `${name}-${suffix(earlier)}`, group];
  });
}

/** 1 is `b`, 25 is `z`, 26 is `27`. */
function suffix(index: number): string {
  return index < 26 ? String.fromCharCode("a".charCodeAt(0) + index) : String(index + 1);
}
