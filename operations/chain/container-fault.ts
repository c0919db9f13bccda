import type { PlannedContainer } from "../../plan/model/container";
import { pickReason } from "../observe/trouble-script";
import type { Fault } from "./cause";
import type { ContainerLook } from "./look-script";

/** Words for the remedies. */
export interface Remedies {
  readonly stack: string;
}

const DEFAULT_REASON = 137;

/** Seconds by which two clocks may differ before anything suffers from it. munge bears 300, rows of the last half minute do not bear 30. */
export const CLOCK_SECONDS = 20;

/** What is wrong with a container as its engine and its own health check tell; undefined: nothing. */
export function findContainerFault(
  { name, role }: Pick<PlannedContainer, "name" | "role">,
  look: ContainerLook | undefined,
  { stack }: Remedies,
): Fault | undefined {
  const again = `\`ldms up -s ${stack} --refresh\``;
  if (!look || look.state === "missing") return { link: "container", message: "is missing", help: `${again} makes it again` };
  if (look.state === "paused") return { link: "container", message: "is paused", help: `there: \`docker unpause ${name}\`` };
  if (look.state !== "running" || (look.restarts > 0 && look.health?.code !== 0)) {
    const why = reasonOf(look);
    return { link: "container", message: `${wordOf(look)}${why === undefined ? "" : `: ${why}`}`, help: helpFor(look, name, again) };
  }
  if (look.munge?.startsWith("munge:") || (look.munge !== undefined && /socket/i.test(look.munge))) {
    const message = `its munge makes no credential: ${look.munge.replace(/^munge: (Error: )?/, "")}`;
    return {
      link: "authentication",
      message,
      help: "`systemctl start munge` there; with `munge.mode: key`: `docker restart` of the container",
    };
  }
  const { health } = look;
  if (!health || health.code === 0) return undefined;
  const words = health.words || "its health check fails and gives no reason";
  if (role === "sampler" && /^set /.test(words)) {
    return { link: "sets", message: words, help: `the plugin says why: \`docker logs --tail 20 ${name}\` there` };
  }
  return { link: "container", message: words, help: `there: \`docker logs --tail 20 ${name}\`, then \`docker restart ${name}\`` };
}

function wordOf({ state, exitCode, restarts }: ContainerLook): string {
  if (state === "exited") return `exited (${exitCode})`;
  return restarts > 0 ? `has been restarted ${restarts} times` : state;
}

function reasonOf({ isOutOfMemory, exitCode, startError, log }: ContainerLook): string | undefined {
  if (isOutOfMemory) return "killed at its memory limit";
  if (startError !== "") return startError;
  // Its last words are about its work: it was stopped from outside.
  return exitCode === 0 || exitCode === DEFAULT_REASON || exitCode === 143 ? undefined : pickReason(log);
}

function helpFor({ isOutOfMemory, state }: ContainerLook, name: string, again: string): string {
  if (isOutOfMemory) return `more \`memory\` for its group, then ${again}`;
  return state === "exited" || state === "created" || state === "dead"
    ? `${again} starts it again`
    : `there: \`docker logs --tail 20 ${name}\``;
}
