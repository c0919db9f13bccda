import type { Site } from "../../automation/site";
import { messageOf } from "../../stack/engine-error";
import type { RunEnd, RunView } from "../api";

const GOES_ON = "what was under way is noted in the state: the next preview shows what is left, and a deployment goes on from there";
const NOT_BEGUN = "nothing was changed yet";

/** What became of a run in which the server was ended, by the stack's own history. */
export async function recoverRun(site: Site, run: RunView): Promise<RunView> {
  const { result, messages } = run.kind === "preview" ? cutOff("a preview changes nothing") : await lookUp(site, run);
  const endedAt = run.endedAt ?? Date.now() / 1000;
  return { ...run, phase: "ended", result, endedAt, isCancelling: false, messages };
}

async function lookUp(site: Site, run: RunView): Promise<{ readonly result: RunEnd; readonly messages: readonly string[] }> {
  const verb = run.kind === "rollback" ? "up" : run.kind;
  const history = await site.history().catch((error: unknown) => messageOf(error));
  if (typeof history === "string") return cutOff(`what it has changed is not known, since the history cannot be read: ${history}`);
  const entry = history.find(({ kind, who = "", startTime }) => {
    return kind === verb && who.startsWith(`${run.by} by `) && startTime >= Math.floor(run.startedAt);
  });
  if (entry === undefined) return cutOff(NOT_BEGUN);
  const number = entry.run === undefined ? "" : ` of the history: run ${entry.run}`;
  switch (entry.result) {
    case "succeeded":
    case "failed":
    case "cancelled":
      return { result: entry.result, messages: [`the portal was ended in it; how it ended is${number}`] };
    default:
      return cutOff(GOES_ON);
  }
}

function cutOff(then: string): { readonly result: RunEnd; readonly messages: readonly string[] } {
  return { result: "cut off", messages: ["the portal was ended in this run", then] };
}
