import type { PlannedContainer } from "../model/container";
import { MUNGE_FOLDER } from "../model/places";
import { readAuthArguments } from "./read-arguments";

const DEFAULT_NAME = "munge.socket.2";

/** Where the host's munged listens, as the containers that use it are told: `/run/munge/munge.socket.2`. Undefined: none of them does. */
export function findMungeSocket(containers: readonly Pick<PlannedContainer, "argv" | "mounts">[]): string | undefined {
  for (const { argv, mounts } of containers) {
    const bind = mounts.find(({ kind, containerPath }) => kind === "bind" && containerPath === MUNGE_FOLDER);
    if (bind?.kind !== "bind") continue;
    const given = readAuthArguments(argv).find((argument) => argument.startsWith(`socket=${MUNGE_FOLDER}/`));
    return `${bind.hostPath}/${given?.slice(`socket=${MUNGE_FOLDER}/`.length) ?? DEFAULT_NAME}`;
  }
  return undefined;
}
