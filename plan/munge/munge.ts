import type { ClusterConfig } from "../config/config";
import { type MountedFile, mountFile, type PlanContext, planFile } from "../containers/container-unit";
import type { MungeMode } from "../daemons/daemon-group";
import type { PlannedMount } from "../model/container";
import type { PlannedMunge } from "../model/daemon";
import type { PlannedFile } from "../model/file";
import { MUNGE_FOLDER, MUNGE_KEY_FILE, MUNGE_KEY_IN_CONTAINER } from "../model/places";

/** Config name of the key: `ldms:mungeKey`, base64 of its bytes. */
export const MUNGE_KEY_SECRET = "mungeKey";

/** The other key of a rotation that has not ended: the one before, or the one that did not go through. */
export const MUNGE_KEY_BEFORE_SECRET = "mungeKeyBefore";

/** uid and gid of `munge` in every image, upstream's and ours. @see ldms-containers README, "munge remark" */
export const MUNGE_ID = 101;

export function planMunge({ munge }: ClusterConfig): PlannedMunge {
  if (munge.mode !== "key") return { mode: munge.mode, ...(munge.socketDir !== MUNGE_FOLDER && { socketDir: munge.socketDir }) };
  return { mode: "key", ...(munge.hostPath ? { hostPath: munge.hostPath } : { secretName: MUNGE_KEY_SECRET }) };
}

/** What gives a container munge: the host's socket, or a key for the container's own munged. */
export function mountMunge(
  context: PlanContext,
  config: ClusterConfig,
  mode: MungeMode,
  container: string,
): { readonly mounts: readonly PlannedMount[]; readonly files: readonly PlannedFile[] } {
  switch (mode) {
    case "none":
      return { mounts: [], files: [] };
    case "host":
      return { mounts: [{ kind: "bind", hostPath: config.munge.socketDir, containerPath: MUNGE_FOLDER, readOnly: true }], files: [] };
    case "key": {
      const { hostPath } = config.munge;
      if (hostPath) return { mounts: [{ kind: "bind", hostPath, containerPath: MUNGE_KEY_IN_CONTAINER, readOnly: true }], files: [] };
      const key = mountKey(context, container);
      return { mounts: [key.mount], files: [key.file, identifyKey(context, container, key.file.fingerprint)] };
    }
    default:
      return mode satisfies never;
  }
}

function mountKey(context: PlanContext, container: string): MountedFile {
  return mountFile(context, {
    container,
    name: MUNGE_KEY_FILE,
    containerPath: MUNGE_KEY_IN_CONTAINER,
    mode: 0o600,
    owner: MUNGE_ID,
    isTakenUpRunning: true,
    content: { kind: "secret", secretName: MUNGE_KEY_SECRET, encoding: "base64" },
  });
}

/** Which key a host has, without a word of the key: by this a sweep and `ldms drift` find one that missed a rotation. Written after the key. */
function identifyKey(context: PlanContext, container: string, fingerprint: string): PlannedFile {
  const content = { kind: "text", text: `${fingerprint}\n` } as const;
  return planFile(context, { container, name: `${MUNGE_KEY_FILE}.id`, isTakenUpRunning: true, content });
}
