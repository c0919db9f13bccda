import { renderAsk } from "../../plan/fan-out/ask-script";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import { FACT_END } from "../../plan/fan-out/sweep-host";
import { longestConnectSeconds } from "../../plan/hosts/ssh";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedFanOut } from "../../plan/model/fan-out";
import { folderOfPlan } from "./locate-plan";
import type { ManyAnswers, ManyScripts } from "./many-hosts";
import { parseSshFailure, RemoteCommandError } from "./remote-error";
import { runOnHost } from "./run-on-host";

/** Between a host's time-out and what is told of it, and for all that the head does besides. */
const HOST_SPARE_SECONDS = 10;
const HEAD_SPARE_SECONDS = 60;

/** Has the heads that are other machines ask their hosts: what they are connected to is kept there, and is near. */
export async function askThroughHeads(plan: DeploymentPlan, asked: ManyScripts): Promise<ManyAnswers> {
  const heads = listFanOuts(plan).filter(({ head }) => head.connection.kind === "ssh");
  const answers = await Promise.all(heads.map((fanOut) => askThrough(plan, fanOut, asked)));
  return new Map(answers.flatMap((some) => [...some]));
}

async function askThrough(
  plan: DeploymentPlan,
  fanOut: PlannedFanOut,
  { scripts, step, seconds, signal }: ManyScripts,
): Promise<ManyAnswers> {
  const names = fanOut.groups.flatMap(({ hosts }) => hosts.map(({ name }) => name)).filter((name) => scripts.has(name));
  if (names.length === 0) return new Map();
  const connects = fanOut.groups.map(({ connection }) => (connection.kind === "ssh" ? longestConnectSeconds(connection) : 0));
  const hostSeconds = Math.ceil(seconds + Math.max(...connects));
  const script = renderAsk({ stack: plan.stack, fanOut, scripts, hostSeconds, isKeeping: plan.isKeeping === true });
  const waves = Math.ceil(names.length / fanOut.window);
  const timeoutSeconds = waves * (hostSeconds + HOST_SPARE_SECONDS) + HEAD_SPARE_SECONDS;
  const limits = { timeoutSeconds, step, folder: folderOfPlan(plan), ...(signal && { signal }) };
  try {
    const { stdout } = await runOnHost(fanOut.head, { script }, limits);
    return parseAsked(stdout, step);
  } catch (error) {
    // Hosts must be seen that are well where their head is not.
    if (error instanceof RemoteCommandError) return new Map();
    throw error;
  }
}

/** @param output of `renderAsk`; of one that was cut off nothing is known */
export function parseAsked(output: string, step: string): ManyAnswers {
  const rows = output.split("\n").map((line) => line.split("\t"));
  if (rows.at(-1)?.[0] !== "end") return new Map();
  const said = new Map(rows.flatMap(([kind, host = "", ...text]) => (kind === "probe" ? [[host, text.join("\t")] as const] : [])));
  const answerOf = (host: string, status: string, text: string) =>
    status === "ok" ? { stdout: linesOf(said.get(host) ?? ""), stderr: "", code: 0 } : explain(host, status, text, step);
  return new Map(
    rows.flatMap(([kind, host = "", status = "", text = ""]) => (kind === "host" ? [[host, answerOf(host, status, text)] as const] : [])),
  );
}

function linesOf(facts: string): string {
  return facts.split(FACT_END).slice(0, -1).join("\n");
}

const ENDED = /^exit code (\d+): (.*)$/;
const SILENT = /^no answer within (\d+) s$/;

function explain(host: string, status: string, text: string, step: string): RemoteCommandError {
  const [, code, words = ""] = ENDED.exec(text) ?? [];
  if (code !== undefined) return new RemoteCommandError(host, { kind: "exit", code: Number(code) }, words, step);
  const [, seconds] = SILENT.exec(text) ?? [];
  if (seconds !== undefined) return new RemoteCommandError(host, { kind: "timeout", seconds: Number(seconds) }, "", step);
  // Where something on the head itself was in the way.
  if (status === "failed") return new RemoteCommandError(host, { kind: "unreachable", reason: text }, "", step);
  return new RemoteCommandError(host, parseSshFailure(text), text, step);
}
