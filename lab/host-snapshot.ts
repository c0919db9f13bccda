import { runOnHost } from "./lab";

/** What a deployment may leave on a host; each list sorted. Two snapshots are compared with deepEqual. */
export interface HostSnapshot {
  /** `samp sha256:0123… running` */
  readonly containers: readonly string[];
  /** `198.18.0.5:5000/ldms-samp:4.5.3 sha256:0123…` */
  readonly images: readonly string[];
  /** `grafana-data` */
  readonly volumes: readonly string[];
  /**
   * `f 600 munge:munge 128 1732306245.12 /etc/munge/munge.key`: type, mode, owner, and for files size and time of change.
   * Without /run, /tmp, /var/log, the engine's own store and the three files in /etc that are written at each boot.
   */
  readonly files: readonly string[];
}

const SCRIPTS: Readonly<Record<keyof HostSnapshot, string>> = {
  containers: "docker ps --all --no-trunc --format '{{.Names}} {{.ID}} {{.State}}'",
  images: "docker images --all --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}'",
  volumes: "docker volume ls --format '{{.Name}}'",
  // A folder's time changes when a temporary file comes and goes in it; it proves nothing.
  files:
    "find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /var/log -o -path /var/lib/docker " +
    "-o -path /etc/hostname -o -path /etc/hosts -o -path /etc/resolv.conf -o -path /root/.docker \\) -prune -o -type d -printf 'd %m %u:%g %p\\n' -o -printf '%y %m %u:%g %s %T@ %p\\n'",
};

/** @throws RemoteCommandError */
export async function snapshotHost(name: string): Promise<HostSnapshot> {
  const list = async (what: keyof HostSnapshot) => {
    const output = await runOnHost(name, SCRIPTS[what]);
    return output === "" ? [] : output.split("\n").sort();
  };
  const [containers, images, volumes, files] = await Promise.all([list("containers"), list("images"), list("volumes"), list("files")]);
  return { containers, images, volumes, files };
}
