import { HEAD_BEGUN, renderAsk, secondsFor } from "../../plan/fan-out/ask-script";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import { FACT_END } from "../../plan/fan-out/sweep-host";
import { longestConnectSeconds } from "../../plan/hosts/ssh";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedFanOut } from "../../plan/model/fan-out";
import { type ProcessResult, ProcessSilence } from "../../processes/run-process";
import { folderOfPlan } from "./locate-plan";
import type { ManyAnswers, ManyScripts } from "./many-hosts";
import { explainAtHead } from "./refused-key";
import { RemoteCommandError, type RemoteFailure } from "./remote-error";
import { runOnHost } from "./run-on-host";

/** Between a host's time-out and what is told of it, and for all that the head does besides. */
const HOST_SPARE_SECONDS = 10;
const HEAD_SPARE_SECONDS = 60;
/** On top of connecting: until a head begins. One whose home hangs never does. */
const HEAD_BEGINS_SECONDS = 15;

/** Has the heads that are other machines ask their hosts: what they are connected to is kept there, and is near. */
export async function askThroughHeads(plan: DeploymentPlan, asked: ManyScripts): Promise<ManyAnswers> {
  const answers = await Promise.all(listFanOuts(plan).map((fanOut) => askThrough(plan, fanOut, asked)));
  return new Map(answers.flatMap((some) => [...some]));
}

async function askThrough(plan: DeploymentPlan, fanOut: PlannedFanOut, { scripts, step, signal }: ManyScripts): Promise<ManyAnswers> {
  const names = fanOut.groups.flatMap(({ hosts }) => hosts.map(({ name }) => name)).filter((name) => scripts.has(name));
  const { head, groups, window } = fanOut;
  if (names.length === 0 || head.connection.kind === "local") return new Map();
  const script = renderAsk({ stack: plan.stack, fanOut, scripts, isKeeping: plan.isKeeping });
  const hostSeconds = Math.max(...groups.map((group) => secondsFor(group, scripts)));
  const waves = Math.ceil(names.length / window);
  const limits = {
    timeoutSeconds: waves * (hostSeconds + HOST_SPARE_SECONDS) + HEAD_SPARE_SECONDS,
    firstWord: `\n${HEAD_BEGUN}\n`,
    firstWordSeconds: longestConnectSeconds(head.connection) + HEAD_BEGINS_SECONDS,
    step,
    folder: folderOfPlan(plan),
    ...(signal && { signal }),
  };
  try {
    const { stdout } = await runOnHost(head, { script }, limits);
    return parseAsked(stdout, { step, fanOut });
  } catch (error) {
    // Hosts must be seen that are well where their head is not.
    if (error instanceof RemoteCommandError || error instanceof ProcessSilence) return new Map();
    throw error;
  }
}

interface Asked {
  readonly step: string;
  readonly fanOut: PlannedFanOut;
}

/** @param output of `renderAsk`; of one that was cut off nothing is known */
export function parseAsked(output: string, { step, fanOut }: Asked): ManyAnswers {
  const lines = output.split("\n");
  // A login may print something first.
  const rows = lines.slice(lines.indexOf(HEAD_BEGUN) + 1).map((line) => line.split("\t"));
  if (!lines.includes(HEAD_BEGUN) || rows.at(-1)?.[0] !== "end") return new Map();
  const said = new Map(rows.flatMap(([kind, host = "", ...text]) => (kind === "probe" ? [[host, text.join("\t")] as const] : [])));
  const answerOf = (host: string, status: string, text: string) => {
    const answer = said.get(host);
    if (answer !== undefined) return readAnswer(host, answer, text, step);
    // Anything else may be the head's own trouble.
    return status === "unreachable" ? new RemoteCommandError(host, explain(text, host, fanOut), text, step) : undefined;
  };
  return new Map(
    rows.flatMap(([kind, host = "", status = "", ...text]) => {
      const answer = kind === "host" ? answerOf(host, status, text.join("\t")) : undefined;
      return answer ? [[host, answer] as const] : [];
    }),
  );
}

/**
 * @param answer what the host's script says at its end, its exit code first @param text what the head makes of the last that the host said besides
 * @returns undefined for one that was cut off
 */
function readAnswer(host: string, answer: string, text: string, step: string): ProcessResult | RemoteCommandError | undefined {
  if (!answer.endsWith(FACT_END + FACT_END)) return undefined;
  const [code = "", ...lines] = answer.split(FACT_END);
  if (code === "0") return { stdout: lines.join("\n").replace(/\n\n$/, ""), stderr: "", code: 0 };
  const [, words] = /^exit code 1: (.*)$/s.exec(text) ?? [];
  // Of docker 29 the head takes the first word for its own.
  return new RemoteCommandError(host, { kind: "exit", code: Number(code) }, words ?? `failed ${text}`, step);
}

const SILENT = /^no answer within (\d+) s$/;

function explain(text: string, host: string, fanOut: PlannedFanOut): RemoteFailure {
  const [, seconds] = SILENT.exec(text) ?? [];
  return seconds === undefined ? explainAtHead(text, host, fanOut) : { kind: "timeout", seconds: Number(seconds) };
}
