import type { RunDetails, SiteHistoryEntry } from "../../automation/verbs/read-history";
import { FileChangedError } from "../../automation/verbs/stack-text";
import { foldHosts } from "../../plan/hostlist/fold";
import { BadInputError, ConfigError } from "../../plan/problems/errors";
import type { AuditLine, HistoryRow, HistoryRun, Me, PortalRoute, Snapshot } from "../api";
import type { Caller } from "./callers";
import { describeFinding } from "./describe-finding";
import type { Portal, PortalStack } from "./portal";
import { listEntries } from "./preview-view";
import { RefusedError } from "./refusal";
import type { AnswerOf, BodyOf, QueryOf } from "./route-table";

/** A request that has passed: the right is there, the body has its form. */
export interface Asked<R extends PortalRoute> {
  readonly portal: Portal;
  readonly parts: Readonly<Record<string, string>>;
  readonly body: BodyOf<R>;
  readonly query: QueryOf<R>;
  /** Of a route of a stack. */
  readonly stack: PortalStack;
  /** Of a route that somebody has to be signed in for. */
  readonly caller: Caller;
  readonly address: string;
}

type Handlers = { readonly [R in Exclude<PortalRoute, typeof STREAM>]: (asked: Asked<R>) => Promise<AnswerOf<R>> | AnswerOf<R> };

/** Answered with a stream, and so not here. */
export const STREAM = "GET /api/stacks/:stack/events";

const POLL_MS = 20_000;
/** How often the right of who waits is looked at. */
const LOOK_MS = 2000;
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
  "GET /api/stacks/:stack/poll": async ({ stack, query, caller, parts }) => {
    const { log } = stack.watched;
    const detach = stack.watched.attach();
    try {
      const after = query.after ?? log.cursor;
      const deadline = Date.now() + POLL_MS;
      for (;;) {
        if (!caller.isSignedIn() || caller.roleOf(parts["stack"]!) === undefined)
          throw new RefusedError("signed-out", "you are signed out");
        const { entries, isLost, cursor } = log.readBehind(after);
        if (isLost) return { events: [{ cursor, at: Date.now() / 1000, type: "reset" }] };
        if (entries.length > 0 || Date.now() > deadline) return { events: entries.map(({ event }) => event) };
        await log.change(after, LOOK_MS);
      }
    } finally {
      detach();
    }
  },
  "GET /api/stacks/:stack/hosts/:host": async ({ stack, parts }) => {
    const host = await stack.watched.host(parts["host"]!);
    if (!host) throw new RefusedError("not-found", "the stack has no such host");
    return host;
  },
  "GET /api/stacks/:stack/findings": async ({ stack }) => {
    const { violations } = await stack.watched.site.policy().catch(() => stack.watched.site.plan());
    return { lookedAt: Date.now() / 1000, findings: violations.map(describeFinding) };
  },
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

/** A wrong code, or a session that is none: told alike, whatever it was. */
export function refuseWord({ attempts }: Portal, address: string): RefusedError {
  if (!attempts.note(address)) return new RefusedError("too-many", "too many wrong codes", { help: "wait a minute" });
  return new RefusedError("signed-out", "you are not signed in", { help: "open the address that `ldms portal` printed last" });
}

function describeUser({ stacks, version }: Portal, user: string, roleOf: Caller["roleOf"]): Me {
  const own = [...stacks.keys()].sort().flatMap((stack) => {
    const role = roleOf(stack);
    return role === undefined ? [] : [{ stack, role }];
  });
  return { user, stacks: own, version };
}

function describeEntry(entry: SiteHistoryEntry, isCandidate: boolean): HistoryRow {
  const { run, kind, result, who = "", message = "", startTime, endTime, resourceChanges = {}, skippedHosts = [], backTo } = entry;
  return {
    ...(run !== undefined && { run }),
    ...{ kind, result, who, message, startedAt: startTime, endedAt: endTime, changes: resourceChanges, isCandidate },
    skippedHosts: foldHosts([...skippedHosts]),
    ...(backTo !== undefined && { backTo }),
  };
}

function describeRun(details: RunDetails, isCandidate: boolean): HistoryRun {
  const { steps, failures, files, images = [], differences } = details;
  return {
    ...describeEntry(details, isCandidate),
    ...{ steps, failures, files: files.map(({ path, change, diff }) => ({ path, change, diff })) },
    entries: listEntries([], differences),
    images: images.map(({ reference, digest }) => (digest === undefined || reference.includes("@") ? reference : `${reference}@${digest}`)),
  };
}

function noSuchRun(error: unknown): never {
  throw error instanceof BadInputError ? new RefusedError("not-found", "there is no such run") : error;
}

async function assertCandidate({ watched }: PortalStack, run: number): Promise<void> {
  const candidates = await watched.site.rollbackCandidates();
  if (!candidates.some((one) => one.run === run))
    throw new RefusedError("not-found", "no run of that number can be gone back to", { help: "the history marks those that can" });
}
