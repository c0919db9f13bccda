import { FileChangedError } from "../../automation/verbs/stack-text";
import { BadInputError, ConfigError } from "../../plan/problems/errors";
import type { AuditLine, Me, PortalRoute, Snapshot } from "../api";
import type { Asked } from "./asked";
import type { Caller } from "./callers";
import { describeEntry, describeRun } from "./describe-history";
import type { Portal, PortalStack } from "./portal";
import { RefusedError } from "./refusal";
import { refuseWord } from "./refuse-word";
import type { AnswerOf } from "./route-table";
import { pollEvents, type STREAM } from "./send-events";

type Handlers = { readonly [R in Exclude<PortalRoute, typeof STREAM>]: (asked: Asked<R>) => Promise<AnswerOf<R>> | AnswerOf<R> };

const DONE = { ok: true } as const;

/** What each route answers; a line or two each, over `Site`. */
export const HANDLERS: Handlers = {
  "GET /api/sign-in": ({ portal }) => ({ way: portal.signIn.way }),
  "POST /api/session": ({ portal, body, address }) => {
    const begun = portal.signIn.begin(body.code);
    if (!begun) throw refuseWord(portal, address);
    return { ...describeUser(portal, begun.user, (stack) => portal.signIn.roleOf(begun.user, stack)), session: begun.session };
  },
  "DELETE /api/session": ({ caller }) => {
    caller.signOut();
    return DONE;
  },
  "GET /api/me": ({ portal, caller }) => describeUser(portal, caller.user, caller.roleOf),
  "GET /api/stacks/:stack": ({ stack, caller, parts }): Promise<Snapshot> =>
    stack.watched.snapshot(caller.roleOf(parts["stack"]!)!, stack.runs.shown),
  "GET /api/stacks/:stack/poll": pollEvents,
  "GET /api/stacks/:stack/hosts/:host": async ({ stack, parts }) => {
    const host = await stack.watched.host(parts["host"]!);
    if (!host) throw new RefusedError("not-found", "the stack has no such host");
    return host;
  },
  "GET /api/stacks/:stack/findings": ({ stack }) => stack.watched.findings(),
  "GET /api/stacks/:stack/history": async ({ stack }) => {
    const { site } = stack.watched;
    const [entries, candidates] = await Promise.all([site.history(), site.rollbackCandidates()]);
    const runs = new Set(candidates.map(({ run }) => run));
    return entries.map((entry) => describeEntry(entry, runs.has(entry.run)));
  },
  "GET /api/stacks/:stack/history/:run": async ({ stack, parts }) => {
    const { site } = stack.watched;
    const run = Number(parts["run"]);
    const [details, candidates] = await Promise.all([site.runDetails(run).catch(noSuchRun), site.rollbackCandidates()]);
    return describeRun(
      details,
      candidates.some((one) => one.run === run),
    );
  },
  "GET /api/stacks/:stack/audit": ({ portal, parts }): Promise<readonly AuditLine[]> => portal.audit.read(parts["stack"]!),
  "POST /api/stacks/:stack/look": ({ stack, body }) => {
    // What it finds comes as an event; who asks for one that goes on gets that.
    void stack.watched.lookNow(body.what);
    return DONE;
  },
  "GET /api/stacks/:stack/runs/:id": ({ stack, parts }) => {
    const run = stack.runs.find(parts["id"]!);
    if (!run) throw new RefusedError("not-found", "there is no such run");
    return run;
  },
  "POST /api/stacks/:stack/runs": async ({ stack, body, caller, parts }) => {
    if ("confirm" in body && body.confirm !== parts["stack"])
      throw new RefusedError("bad-request", "the stack's name is not the one that was typed", { help: "type the name of this stack" });
    if (body.kind === "rollback") await assertCandidate(stack, body.run);
    return stack.runs.start(body, caller.user);
  },
  "POST /api/stacks/:stack/runs/:id/cancel": ({ stack, parts }) => stack.runs.cancel(parts["id"]!),
  "GET /api/stacks/:stack/file": ({ stack }) => stack.watched.site.config.read(),
  "POST /api/stacks/:stack/file/check": async ({ stack, body }) => ({ problems: await stack.watched.site.config.check(body.text) }),
  "PUT /api/stacks/:stack/file": async ({ stack, body }) => {
    if (stack.runs.isRunning) throw new RefusedError("locked", "a run is under way", { help: "wait for it to end, or cancel it" });
    try {
      return await stack.watched.site.config.replace(body);
    } catch (error) {
      if (error instanceof FileChangedError) throw RefusedError.of("file-changed", error.message);
      if (error instanceof ConfigError) throw new RefusedError("bad-file", error.message, { problems: error.problems });
      throw error;
    }
  },
};

function describeUser({ stacks, version }: Portal, user: string, roleOf: Caller["roleOf"]): Me {
  const own = [...stacks.keys()].sort().flatMap((stack) => {
    const role = roleOf(stack);
    return role === undefined ? [] : [{ stack, role }];
  });
  return { user, stacks: own, version };
}

function noSuchRun(error: unknown): never {
  throw error instanceof BadInputError ? new RefusedError("not-found", "there is no such run") : error;
}

async function assertCandidate({ watched }: PortalStack, run: number): Promise<void> {
  const candidates = await watched.site.rollbackCandidates();
  if (!candidates.some((one) => one.run === run))
    throw new RefusedError("not-found", "no run of that number can be gone back to", { help: "the history marks those that can" });
}
