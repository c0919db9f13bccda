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

/** Where every munge has its socket, but for the host's that `munge.socketDir` names. */
export const MUNGE_FOLDER = "/run/munge";

/** Where a container's own munged looks for its key. */
export const MUNGE_KEY_IN_CONTAINER = "/etc/munge/munge.key";

/** The file of that key on its host. */
export const MUNGE_KEY_FILE = "munge.key";

/** Where an ldmsd, and who speaks to one, reads the word of `auth: ovis`, and the file of it on its host. */
export const OVIS_SECRET_IN_CONTAINER = "/etc/ldms/ovis.secret";
export const OVIS_SECRET_FILE = "ovis.secret";

/** Where the UI looks for Django's secret key, and the file of it on its host. */
export const UI_KEY_IN_CONTAINER = "/opt/ovis/etc/ui_secret_key";
export const UI_KEY_FILE = "secret_key";
