import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { groupBy } from "../../plan/text/group-by";
import { askHosts } from "../reach/ask-hosts";
import type { RunOn } from "../reach/run-on-host";
import type { ContainerStatus, StatusReport } from "./status";
import { type ContainerWords, parseTroubles, pickReason, renderTroubleScript } from "./trouble-script";

/** Why a container, or a whole host, does not do its work; JSON as it is. */
export interface Trouble {
  readonly host: string;
  /** Absent where the host or its engine does not answer. */
  readonly container?: string;
  /** `restarting`, `unhealthy`, `exited`, `missing`; of a host `unreachable` or `engine`. */
  readonly state: string;
  /** The line of its health check or log that gives a reason, as it was printed; absent where there is none. */
  readonly reason?: string;
}

/** For the logs of one host's containers, on top of connecting. */
const ASK_SECONDS = 10;
/** The worst last: what does not run is the reason why others are not healthy. */
const ORDER = ["engine", "unreachable", "unhealthy"];

/** A container that is planned and in trouble, in words of its own. One that is starting is in none, unless it has been through that before. */
function troubleOf({ isPlanned, state, health, restarts = 0 }: ContainerStatus): string | undefined {
  if (!isPlanned || state === "unknown") return undefined;
  if (state !== "running") return state;
  if (health === "starting") return restarts > 0 ? "restarting" : undefined;
  return health === "unhealthy" ? health : undefined;
}

/** What stands in the way on these hosts, the worst last; each container is asked for its reason. */
export async function findTroubles(run: RunOn, plan: DeploymentPlan, report: StatusReport, signal?: AbortSignal): Promise<Trouble[]> {
  const found = report.containers.flatMap(({ host, container, ...one }) => {
    const state = troubleOf({ host, container, ...one });
    return state === undefined ? [] : [{ host, container, state }];
  });
  const foundOn = groupBy(found, ({ host }) => host);
  const hosts = plan.hosts.filter(({ name }) => foundOn.has(name));
  const question = ({ name }: PlannedHost) => {
    const names = foundOn.get(name)!.map(({ container }) => container);
    const parse = (stdout: string) => parseTroubles(stdout, names);
    return { step: "reasons", seconds: ASK_SECONDS, command: { script: renderTroubleScript(names) }, parse };
  };
  // A host that does not tell has its troubles all the same.
  const answers = await askHosts(hosts, question, { run, signal });
  const words = new Map(answers.flatMap((answer) => ("value" in answer ? [[answer.host.name, answer.value] as const] : [])));
  const troubles = found.map(({ host, container, state }): Trouble => {
    const said = words.get(host)?.find((one) => one.container === container);
    const reason = said && findReason(state, said);
    return { host, container, state, ...(reason !== undefined && { reason }) };
  });
  const mute = report.failures.map(({ host, kind, message }): Trouble => ({ host, state: kind, reason: message }));
  return [...mute, ...troubles].sort((a, b) => rank(a) - rank(b));
}

function findReason(state: string, { health, log }: ContainerWords): string | undefined {
  return (state === "unhealthy" ? health.at(-1) : undefined) ?? pickReason(log);
}

function rank({ state }: Trouble): number {
  const place = ORDER.indexOf(state);
  return place < 0 ? ORDER.length : place;
}
