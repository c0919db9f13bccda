import type { PlannedContainer } from "../../plan/model/container";
import { countOf } from "../../plan/text/text";
import { pickReason } from "../observe/trouble-script";
import type { Fault } from "./cause";
import type { ContainerLook } from "./look-script";

type Looked = Pick<PlannedContainer, "name" | "role">;

/** What is wrong with a container as its engine and its own health check tell; undefined: nothing. */
export function findContainerFault(
  container: Looked,
  look: ContainerLook | undefined,
  { stack }: { readonly stack: string },
): Fault | undefined {
  const { name } = container;
  const again = `\`ldms up -s ${stack} --refresh\``;
  if (!look || look.state === "missing") return { link: "container", message: "is missing", help: `${again} makes it again` };
  if (look.state === "paused") return { link: "container", message: "is paused", help: `there: \`docker unpause ${name}\`` };
  if (look.state !== "running") return { link: "container", message: tellEnd(look), help: helpFor(look, name, again) };
  return findHealthFault(container, look);
}

function findHealthFault({ name, role }: Looked, look: ContainerLook): Fault | undefined {
  const { health, munge, restarts } = look;
  if (!health || health.code === 0) return undefined;
  const logs = `there: \`docker logs --tail 20 ${name}\``;
  const words = health.words || "its health check fails and gives no reason";
  if (role === "sampler" && /^set /.test(words)) return { link: "sets", message: words, help: `the plugin says why, ${logs}` };
  // Where its image has no munge it is the engine that speaks.
  if (munge?.startsWith("munge: ")) {
    const message = `its munge makes no credential: ${munge.replace(/^munge: (Error: )?/, "")}`;
    return {
      link: "authentication",
      message,
      help: "`systemctl start munge` there; with `munge.mode: key`: `docker restart` of the container",
    };
  }
  if (ENDED_MEANWHILE.test(words) || (restarts > 0 && /^(listener |$)/.test(health.words)))
    return { link: "container", message: tellEnd(look), help: logs };
  return { link: "container", message: words, help: `${logs}, then \`docker restart ${name}\`` };
}

/** What the engine says of its check where it has ended since its state was asked for. */
const ENDED_MEANWHILE = /^Error response from daemon: .* is (restarting|not running)/;

/** SIGKILL and SIGTERM, as exit codes: it was stopped from outside, and its last words are about its work. */
const STOPPED = [0, 137, 143];

function tellEnd(look: ContainerLook): string {
  const { state, exitCode, restarts, isOutOfMemory, startError, log } = look;
  const isUp = state === "running";
  const now = isUp ? "has just ended" : state;
  const word = state === "exited" ? `exited (${exitCode})` : restarts > 0 ? `has been restarted ${countOf(restarts, "time")}` : now;
  // One that is up again has no exit code.
  const why = isOutOfMemory
    ? "killed at its memory limit"
    : startError || (!isUp && STOPPED.includes(exitCode) ? undefined : pickReason(log));
  return why === undefined ? word : `${word}: ${why}`;
}

function helpFor({ isOutOfMemory, state }: ContainerLook, name: string, again: string): string {
  if (isOutOfMemory) return `more \`memory\` for its group, then ${again}`;
  return state === "exited" || state === "created" || state === "dead"
    ? `${again} starts it again`
    : `there: \`docker logs --tail 20 ${name}\``;
}
