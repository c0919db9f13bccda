/** All that deployments write on a host is below it. */
export const HOST_FOLDER = "/var/lib/ldms";

/** Where a stack's files lie on a host: `/var/lib/ldms/cygnus`. */
export function stackFolder(stack: string): string {
  return `${HOST_FOLDER}/${stack}`;
}

/** Where a file of a container lies on its host: `/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml`. */
export function hostFilePath(stack: string, container: string, name: string): string {
  return `${stackFolder(stack)}/${container}/${name}`;
}

/** Where a container's own munged looks for its key. */
export const MUNGE_KEY_IN_CONTAINER = "/etc/munge/munge.key";
