import { readAuthArguments } from "../../plan/auth/read-arguments";
import { healthCommand } from "../../plan/health/ldmsd";
import type { PlannedContainer } from "../../plan/model/container";
import type { PlannedDaemon } from "../../plan/model/daemon";
import { type DeploymentPlan, hostNamed } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { shellQuote } from "../../plan/text/shell";
import { type AggregatorWords, parseAggregatorWords, renderAggregatorScript } from "../observe/aggregator-script";
import type { Question } from "../reach/ask-hosts";
import { controllerCommand } from "../service/controller";
import { type AggregatorAnswer, parseAggregatorAnswer } from "./aggregator-answer";
import type { Fault } from "./cause";
import { clockAhead } from "./clock-fault";
import { findContainerFault } from "./container-fault";
import { LOOK_FUNCTIONS, type LookedAt, type LookWords, parseLook, renderLookScript } from "./look-script";

/** For the engine, the controller and the health check, which each have limits of their own, on top of connecting. */
const AGGREGATOR_SECONDS = 28;
const LOOK_SECONDS = 20;

/** What an aggregator's own question comes to. */
export interface AskedAggregator {
  readonly words: AggregatorWords;
  readonly answer: AggregatorAnswer | Fault;
}

/** The one question to an aggregator, for all its producers. */
export function askAggregatorOf(plan: DeploymentPlan, daemon: PlannedDaemon): Question<AskedAggregator> {
  const host = hostNamed(plan, daemon.host);
  const container = containerOf(host, daemon.container);
  const { subscriptions = [] } = daemon;
  const body = renderAggregatorScript({
    container: daemon.container,
    controller: controllerCommand(host, daemon),
    health: healthCommand(container),
    subscriptions,
    asksChain: true,
  });
  const name = shellQuote(daemon.container);
  const script = `${LOOK_FUNCTIONS}state_of ${name}
case $state in
# An engine that has no word for it is asked all the same.
running | '')
${body};;
missing) ;;
*) last_words ${name} ;;
esac
printf 'end\\n'
`;
  const askedMs = Date.now();
  const parse = (output: string) => readAggregator(output, { container, stack: plan.stack, askedMs });
  return { step: `ask \`${daemon.container}\``, seconds: AGGREGATOR_SECONDS, command: { script }, parse };
}

interface Asked {
  readonly container: PlannedContainer;
  readonly stack: string;
  readonly askedMs: number;
}

function readAggregator(output: string, { container, stack, askedMs }: Asked): AskedAggregator | undefined {
  const look = parseLook(output);
  if (!look) return undefined;
  const words = parseAggregatorWords(output);
  const fault = findDaemonFault(look, words, container, stack);
  if (fault) return { words, answer: fault };
  const { nowSeconds, tookSeconds } = look;
  const clockAheadSeconds = clockAhead(look, askedMs, Date.now());
  return { words, answer: parseAggregatorAnswer(output, { nowSeconds, tookSeconds, clockAheadSeconds }) };
}

/** Why an aggregator says nothing of its producers. */
function findDaemonFault(
  look: LookWords,
  { stats, complaint }: AggregatorWords,
  container: PlannedContainer,
  stack: string,
): Fault | undefined {
  const ofEngine = findEngineFault(look);
  if (ofEngine) return ofEngine;
  const found = look.containers.get(container.name);
  if (found && !["", "running"].includes(found.state)) return findContainerFault(container, found, { stack });
  if (Object.keys(stats).length > 0) return undefined;
  if (/ECONNREFUSED|munge/.test(complaint)) {
    return {
      link: "authentication",
      message: `refuses the proof of its own host: ${complaint}`,
      help: `\`ldms munge-key check -s ${stack}\``,
    };
  }
  const message = `ldmsd does not answer${complaint === "" ? " within 10 s" : `: ${complaint}`}`;
  return {
    link: "container",
    message,
    help: `there: \`docker logs --tail 20 ${container.name}\`, then \`docker restart ${container.name}\``,
  };
}

export function findEngineFault({ engineError }: LookWords): Fault | undefined {
  if (engineError === undefined) return undefined;
  return { link: "engine", message: `its Docker engine does not answer: ${engineError}`, help: "`systemctl start docker` there" };
}

/** A look at these containers of a host. */
export function lookAt(
  host: PlannedHost,
  containers: readonly PlannedContainer[],
  auths: ReadonlyMap<string, PlannedDaemon["auth"]>,
): Question<LookWords> {
  const script = renderLookScript(containers.map((container) => describeLook(host, container, auths.get(container.name))));
  return { step: "look", seconds: LOOK_SECONDS, command: { script }, parse: parseLook };
}

function describeLook(host: PlannedHost, container: PlannedContainer, auth: PlannedDaemon["auth"] | undefined): LookedAt {
  const socket = readAuthArguments(container.argv).find((argument) => argument.startsWith("socket="));
  const url = container.role === "grafana" ? dataSourceOf(host) : undefined;
  return {
    container: container.name,
    health: healthCommand(container),
    ...(auth === "munge" && { munge: socket === undefined ? [] : ["--socket", socket.slice("socket=".length)] }),
    ...(url !== undefined && { url }),
  };
}

/** Of the file that Grafana is provisioned by, ours or the site's. */
function dataSourceOf({ files }: PlannedHost): string | undefined {
  const file = files.find(({ path }) => path.endsWith("/grafana/datasources.yaml"));
  if (file?.content.kind !== "text") return undefined;
  return /^\s*(?:- )?url: *["']?(https?:\/\/[^\s"']+)/m.exec(file.content.text)?.[1];
}

function containerOf(host: PlannedHost, name: string): PlannedContainer {
  const container = host.containers.find((one) => one.name === name);
  if (!container) throw new TypeError(`the plan has no container \`${name}\` on \`${host.name}\``);
  return container;
}
