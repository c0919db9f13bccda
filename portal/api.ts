/**
 * What the page and the server say to each other: types alone, so that the page's bundle takes nothing of the server along.
 *
 * A request has `Authorization: Bearer SESSION` (token sign-in; behind a proxy it has none), and each that changes something `X-Ldms-Portal: 1` as
 * well. Bodies and answers are JSON, but for the stream. An answer that is no success is a `Refusal`. A secret is in none of them.
 */

/** An operator does all that a viewer does, and changes things. Somebody who is neither of a stack is told that there is no such stack. */
export type PortalRole = "viewer" | "operator";

/** Every request that a browser may send; anything else is not found. `:name` is one part of a path, percent-encoded. */
export interface PortalApi {
  /** Nobody is signed in yet: says how it is done. */
  "GET /api/sign-in": { answer: SignInWay };
  /** A code is good once; it comes from the fragment of the address that the server printed. */
  "POST /api/session": { body: { readonly code: string }; answer: SignedIn };
  "DELETE /api/session": { answer: Done };
  "GET /api/me": { answer: Me };
  "GET /api/stacks/:stack": { answer: Snapshot };
  /** `text/event-stream`: each `data:` a `PortalEvent`, each `id:` its cursor, and a comment every 15 s. `?after=CURSOR` goes on behind that one. */
  "GET /api/stacks/:stack/events": { query: { readonly after?: string }; answer: PortalEvent };
  /** The same for who is behind a proxy that keeps the stream back: what has come since, at once or within 20 s; none in that time: an empty list. */
  "GET /api/stacks/:stack/poll": { query: { readonly after?: string }; answer: Polled };
  "GET /api/stacks/:stack/hosts/:host": { answer: HostView };
  "GET /api/stacks/:stack/findings": { answer: FindingsView };
  "GET /api/stacks/:stack/history": { answer: readonly HistoryRow[] };
  "GET /api/stacks/:stack/history/:run": { answer: HistoryRun };
  "GET /api/stacks/:stack/audit": { answer: readonly AuditLine[] };
  /** Asks the hosts now; what they say comes as events. */
  "POST /api/stacks/:stack/look": { body: { readonly what: LookKind }; answer: Done };
  "GET /api/stacks/:stack/runs/:id": { answer: RunView };
  /** 202 with the run, which goes on. 409 `plan-changed` where `expect` is not what would be done now, 423 `locked` while another run is under way. */
  "POST /api/stacks/:stack/runs": { body: RunWish; answer: RunView };
  "POST /api/stacks/:stack/runs/:id/cancel": { answer: RunView };
  /** For operators alone: it may hold what nobody else is to read. */
  "GET /api/stacks/:stack/file": { answer: StackFile };
  /** Read by the parser that `up` reads it with; nothing is kept. */
  "POST /api/stacks/:stack/file/check": { body: { readonly text: string }; answer: CheckedFile };
  /** 409 `file-changed` where it is no longer `mark`, 422 `bad-file` with what is wrong; nothing is written then. */
  "PUT /api/stacks/:stack/file": { body: { readonly text: string; readonly mark: string }; answer: StackFile };
}

export type PortalRoute = keyof PortalApi;

export interface Done {
  readonly ok: true;
}

/** Every answer that is no success. */
export interface Refusal {
  readonly error: {
    readonly code: RefusalCode;
    /** One sentence or some lines, for people. */
    readonly message: string;
    readonly help?: string;
  };
  /** Of `plan-changed`: what would be done now, with the digest to agree to. */
  readonly preview?: PreviewView;
  /** Of `plan-changed`: what differs from what was agreed to, a line each. */
  readonly differences?: readonly string[];
  /** Of `bad-file`. */
  readonly problems?: readonly FileProblem[];
  /** Of `locked`. */
  readonly lock?: LockView;
}

export type RefusalCode =
  /** 400 */
  | "bad-request"
  /** 401: sign in */
  | "signed-out"
  /** 403: an operator's; or a request of another page */
  | "not-allowed"
  /** 404 */
  | "not-found"
  /** 409 */
  | "plan-changed"
  | "file-changed"
  | "not-now"
  /** 413 */
  | "too-large"
  /** 415 */
  | "not-json"
  /** 421: not by this name */
  | "wrong-host"
  /** 422 */
  | "bad-file"
  | "refused"
  /** 423 */
  | "locked"
  /** 429 */
  | "too-many"
  /** 500 */
  | "failed";

// ---- who is there

export interface SignInWay {
  /** `header`: the proxy in front says who it is, and nobody signs in here. */
  readonly way: "token" | "header";
}

export interface SignedIn extends Me {
  /** Kept in sessionStorage, sent as `Authorization: Bearer …`. */
  readonly session: string;
}

export interface Me {
  readonly user: string;
  /** Sorted by name; those that this user may see. */
  readonly stacks: readonly { readonly stack: string; readonly role: PortalRole }[];
  /** `0.1.0` */
  readonly version: string;
}

// ---- what is there

/** One letter a host: well, degraded, down, not known. */
export type HostLetter = "o" | "d" | "x" | "u";

/** The whole state at one moment; what comes after it are the events behind `cursor`. Times are seconds since 1970. */
export interface Snapshot {
  readonly stack: string;
  readonly role: PortalRole;
  readonly cursor: string;
  /** The server's clock, by which every age is counted. */
  readonly now: number;
  /** In the order in which data flows; those of the topology, then one for containers that nobody planned. */
  readonly groups: readonly GroupRow[];
  readonly edges: readonly EdgeRow[];
  /** What no line shows: `maestro on cygnus-07 spreads the daemons over the aggregators`. */
  readonly notes: readonly string[];
  readonly hosts: HostColumns;
  /** Absent: not looked yet. */
  readonly look?: LookFacts;
  readonly data?: StoresView;
  readonly drift?: DriftView;
  /** The last of each, oldest first; a new one comes with each `data` event. */
  readonly plots: readonly StorePlot[];
  /** The run that is under way, else the last one. */
  readonly run?: RunView;
  /** The last preview that was not deployed yet. */
  readonly preview?: RunView;
  readonly lock?: LockView;
  readonly services: readonly ServiceAddress[];
  /** Why nothing of the above could be read: what is wrong with the stack file. */
  readonly fault?: string;
  /** Seconds from one look to the next. */
  readonly periods: Readonly<Record<LookKind, number>>;
}

export type LookKind = "status" | "data" | "drift";

export interface GroupRow {
  /** `samplers[0]`, `aggregators[1].stores[0]`, `ui`: its place in the stack file. */
  readonly id: string;
  readonly kind: "samplers" | "aggregators" | "store" | "ui" | "grafana" | "service" | "unplanned";
  readonly name: string;
  /** 0 for samplers, then aggregators by level, stores, UI, Grafana; -1 for what stands beside: maestro, dsosd, what nobody planned. */
  readonly column: number;
  /** Folded: `cygnus-[01-04]`. */
  readonly hosts: string;
  readonly daemons: number;
  /** `["rdma:411, munge", "meminfo 1s"]` */
  readonly facts: readonly string[];
  /** Daemons by the state of their containers; a store has those of the daemons that write it. */
  readonly counts: Readonly<Record<HostLetter, number>>;
}

/** Data flows from one group to the other. */
export interface EdgeRow {
  readonly from: string;
  readonly to: string;
  readonly kind: "pull" | "advertise" | "store" | "query";
  readonly daemons: number;
  /** Absent: nobody was asked, or they do not tell. */
  readonly connected?: number;
  readonly intervals: readonly string[];
}

/** A column each, one entry a host, in the plan's order: a host is its index here. */
export interface HostColumns {
  readonly names: readonly string[];
  /** Index of its first group. */
  readonly groups: readonly number[];
  /** One letter a host. */
  readonly letters: string;
  /** Index into `texts`; -1: nothing to say. */
  readonly reasons: readonly number[];
  readonly texts: readonly string[];
  /** When what is said of it was true; 0: never. */
  readonly seen: readonly number[];
}

export interface LookFacts {
  readonly lookedAt: number;
  readonly tookSeconds: number;
  readonly askedHosts: number;
  readonly wellHosts: number;
  /** Hosts with the same trouble together, most hosts first. */
  readonly causes: readonly { readonly text: string; readonly hosts: string; readonly count: number; readonly isNote: boolean }[];
  /** Why the hosts could not be asked this time; what is shown is what they said before. */
  readonly fault?: string;
}

/** What the stores hold. */
export interface StoresView {
  readonly lookedAt: number;
  readonly tookSeconds: number;
  readonly stores: readonly StoreView[];
  readonly unread: readonly string[];
  readonly handedOver: readonly string[];
  /** The first broken link of the samplers whose data does not arrive. */
  readonly causes: readonly CauseView[];
  readonly fault?: string;
}

export interface StoreView {
  readonly store: string;
  readonly hosts: string;
  readonly present: number;
  readonly missing: number;
  /** Folded. */
  readonly missingHosts: string;
  readonly newestAgeSeconds?: number;
  readonly rowsPerSecond?: number;
  readonly faults: readonly string[];
}

export interface CauseView {
  /** `container`, `producer`, `rows` */
  readonly link: string;
  readonly container?: string;
  readonly hosts: string;
  readonly samplers: number;
  readonly message: string;
  /** The command or the page that mends it. */
  readonly help: string;
}

export interface StorePlot {
  readonly store: string;
  readonly at: readonly number[];
  /** null: not told. */
  readonly rowsPerSecond: readonly (number | null)[];
  readonly newestAgeSeconds: readonly (number | null)[];
}

export interface DriftView {
  readonly lookedAt: number;
  readonly tookSeconds: number;
  readonly answered: number;
  /** Of those that answered, hosts on which nothing differs. */
  readonly asPlanned: number;
  readonly differences: readonly (DriftLine & { readonly hosts: string })[];
  readonly unknown: readonly { readonly hosts: string; readonly message: string }[];
  readonly fault?: string;
}

export interface DriftLine {
  readonly kind: "container" | "file" | "plugin" | "set";
  /** Name or path. */
  readonly subject: string;
  /** Free of host and subject: `is missing`. */
  readonly message: string;
  /** Which one of the three has it otherwise than the other two. */
  readonly differs: "host" | "stack-file" | "state" | "all" | "unknown";
  /** What mends it, where the stack file is right. */
  readonly mend: string;
}

export interface ServiceAddress {
  readonly service: "grafana" | "ui";
  /** `http` or `https`; absent where nobody outside reaches it. */
  readonly url?: string;
  /** The command that opens a way to it: `ldms tunnel -s lab grafana`. */
  readonly tunnel: string;
}

/** Somebody is at work on the stack, here or elsewhere. */
export interface LockView {
  /** `anna@admin1` */
  readonly who: string;
  readonly since: string;
  /** The run is this server's own. */
  readonly isOurs: boolean;
}

export interface HostView {
  readonly host: string;
  readonly letter: HostLetter;
  readonly seen: number;
  /** Why it could not be asked. */
  readonly fault?: string;
  readonly groups: readonly string[];
  readonly containers: readonly ContainerView[];
  readonly drift: readonly DriftLine[];
}

export interface ContainerView {
  readonly name: string;
  readonly role: string;
  readonly isPlanned: boolean;
  readonly letter: HostLetter;
  /** `running`, `exited`, `missing`, `unknown` */
  readonly state: string;
  readonly health: string;
  /** When it was started last, as the engine says it. */
  readonly since?: string;
  readonly restarts?: number;
  readonly image?: string;
  readonly imageWanted?: string;
  /** The aggregator that told of it, where its host was not asked: `cygnus-05 agg1`. */
  readonly toldBy?: string;
  readonly ageSeconds?: number;
}

export interface FindingsView {
  readonly lookedAt: number;
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly rule: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  readonly enforcement: "advisory" | "mandatory";
  /** Folded; empty: of the stack as a whole. */
  readonly hosts: string;
  readonly message: string;
  readonly help: string;
  readonly waived?: { readonly reason: string; readonly until?: string };
}

// ---- runs

export type RunKind = "preview" | "up" | "rollback" | "refresh" | "destroy";

export type RunWish =
  | { readonly kind: "preview" }
  /** `expect`: the digest of the preview that was looked at. */
  | { readonly kind: "up"; readonly expect: string; readonly message?: string }
  /** Brings back the files and images of an earlier run. `confirm`: the stack's name, typed. */
  | { readonly kind: "rollback"; readonly run: number; readonly confirm: string; readonly message?: string }
  | { readonly kind: "refresh" }
  | { readonly kind: "destroy"; readonly confirm: string; readonly message?: string };

export interface RunView {
  /** This server's: `r-20261129-101500-1`. */
  readonly id: string;
  readonly kind: RunKind;
  /** Who asked for it. */
  readonly by: string;
  readonly message?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly phase: RunPhase;
  /** Absent while it goes on. */
  readonly result?: RunEnd;
  /** It was asked to end, and ends what is under way. */
  readonly isCancelling: boolean;
  /** By group, in the order in which the run comes to them; what is of no host is `(stack)`. */
  readonly progress: readonly RunProgress[];
  readonly failures: readonly { readonly hosts: string; readonly count: number; readonly text: string }[];
  /** Dead hosts that were left out, folded. */
  readonly skippedHosts: string;
  /** By operation: `{ create: 12, same: 17 }`. */
  readonly changes: Readonly<Record<string, number>>;
  /** What it would do, of a preview; of a run whose plan has changed what would be done now. */
  readonly preview?: PreviewView;
  /** Lines for people: why it ended so, with what helps. */
  readonly messages: readonly string[];
}

/** In this order; not every run has each. */
export type RunPhase = "starting" | "looking" | "previewing" | "running" | "waiting" | "ended";

export type RunEnd =
  | "succeeded"
  | "failed"
  | "cancelled"
  /** The plan is not the one that was agreed to; nothing was changed. */
  | "plan-changed"
  /** The server was ended in it. The next run goes on from there. */
  | "cut off";

export interface RunProgress {
  readonly group: string;
  /** Steps that are known of so far. */
  readonly wanted: number;
  readonly done: number;
  readonly failed: number;
}

export interface PreviewView {
  /** What `up` takes as `expect`. Absent where an engine does not tell its steps. */
  readonly digest?: string;
  readonly changes: Readonly<Record<string, number>>;
  /** One a change, its hosts folded: deletes first, then replaces, updates, creates. */
  readonly entries: readonly PreviewEntry[];
  readonly findings: readonly Finding[];
}

export interface PreviewEntry {
  readonly op: "delete" | "replace" | "update" | "create";
  /** `container`, `file`, `batch` (hosts that one command works on), `image`, `volume`, `command` */
  readonly what: string;
  /** `samp`; `/var/lib/ldms/lab/samp/ldmsd.conf`; of a batch `samp-1` */
  readonly name: string;
  /** Folded; empty for what is of no host. */
  readonly hosts: string;
  readonly count: number;
  /** Unified, of a file's text or of the lines of a `docker run`; empty: no text to show. */
  readonly diff: string;
  /** `the secret has changed`, `mode 0644 is 0600` */
  readonly notes: readonly string[];
  /** The container that the change of a file replaces. */
  readonly restarts?: string;
}

export interface HistoryRow {
  /** By which it is asked for; absent of one that this package did not keep. */
  readonly run?: number;
  readonly kind: string;
  /** `succeeded`, `failed`, `cancelled`, `running`, `cut off` */
  readonly result: string;
  readonly who: string;
  readonly message: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly changes: Readonly<Record<string, number>>;
  readonly skippedHosts: string;
  readonly backTo?: number;
  /** `rollback` takes it. */
  readonly isCandidate: boolean;
}

export interface HistoryRun extends HistoryRow {
  readonly steps: readonly string[];
  readonly entries: readonly PreviewEntry[];
  readonly failures: readonly string[];
  readonly files: readonly { readonly path: string; readonly change: "new" | "changed" | "removed"; readonly diff: string }[];
  readonly images: readonly string[];
}

export interface AuditLine {
  /** `2026-11-29T10:15:00.000Z` */
  readonly at: string;
  readonly who: string;
  /** The other end's address, or `socket`. */
  readonly from: string;
  /** `sign-in`, `up`, `cancel`, `save-file` */
  readonly act: string;
  readonly result: string;
  readonly run?: string;
  readonly digest?: string;
  readonly message?: string;
}

// ---- the stack file

export interface StackFile {
  /** What is encrypted in it is a placeholder that stands for what was there: `secure: "[secret 1]"`. */
  readonly text: string;
  /** Of the file as it was read; `PUT` wants it back, and the event `file` has it. */
  readonly mark: string;
}

export interface CheckedFile {
  readonly problems: readonly FileProblem[];
}

export interface FileProblem {
  /** `aggregators[0].stores[1].path` */
  readonly path: string;
  readonly message: string;
  readonly help?: string;
  /** From 1; absent where it is of no place in the text. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

// ---- what comes by itself

/** `cursor` is opaque: it is sent back as `after`. An event whose cursor was seen already is dropped. */
export type PortalEvent = { readonly cursor: string; readonly at: number } & PortalChange;

export interface Polled {
  readonly events: readonly PortalEvent[];
}

export type PortalChange =
  /** What lies between is lost, or the plan is another one: read the snapshot again. */
  | { readonly type: "reset" }
  /** Of the hosts that changed alone, a column each. */
  | { readonly type: "status"; readonly look: LookFacts; readonly groups: readonly GroupRow[]; readonly hosts: HostChanges }
  | { readonly type: "data"; readonly data: StoresView; readonly edges: readonly EdgeRow[] }
  | { readonly type: "drift"; readonly drift: DriftView }
  | { readonly type: "run"; readonly run: RunView }
  /** Absent: nobody holds it any more. */
  | { readonly type: "lock"; readonly lock?: LockView }
  /** Somebody wrote the stack file. `mark`: as that of `StackFile`; empty where it cannot be read. */
  | { readonly type: "file"; readonly mark: string }
  /** The stream ends: the session or the right has. */
  | { readonly type: "end"; readonly reason: string };

export interface HostChanges {
  /** Of every host but those of `unseen`. */
  readonly seen: number;
  /** Hosts of which nobody told anything this time: what was said of them before is as old as it was. */
  readonly unseen: readonly number[];
  /** Indices of `HostColumns`, of the hosts whose letter or reason is another one. */
  readonly index: readonly number[];
  readonly letters: string;
  /** One a host: its reason, empty for none. */
  readonly reasons: readonly string[];
}

/** Sent with each request that changes something: a page of another origin cannot. */
export type PortalHeader = "x-ldms-portal";
