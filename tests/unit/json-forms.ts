import type { FoundSite } from "../../automation/adopt-site";
import type { AdoptedSite } from "../../automation/verbs/adopt-stack";
import type { ForgetReport } from "../../automation/verbs/forget-hosts";
import type { LockedImage } from "../../automation/verbs/lock-images";
import type { RunDetails } from "../../automation/verbs/read-history";
import type { UpgradeReport } from "../../automation/verbs/upgrade-args";
import type { ChainReport } from "../../operations/chain/verify-chain";
import type { DriftReport } from "../../operations/drift/drift";
import type { GatheredReport } from "../../operations/gather/gather";
import type { SavedFile } from "../../operations/images/save-images";
import type { MungeReport } from "../../operations/munge/munge-places";
import type { AuditReport } from "../../operations/observe/audit";
import type { StackLook } from "../../operations/overview/look-at-stack";
import type { PreflightReport } from "../../operations/preflight/preflight";
import type { Verdict } from "../../operations/preflight/verdict";
import type { SiteTopology } from "../../plan/topology/site-topology";

/** Every field, those that may be absent as well: a field that is added without its example does not compile. */
type Whole<T> = T extends string | number | boolean
  ? T
  : T extends readonly (infer E)[]
    ? readonly Whole<E>[]
    : { readonly [K in keyof T]-?: Whole<NonNullable<T[K]>> };

export interface JsonForm {
  readonly verb: string;
  /** What is not plain from the names. */
  readonly notes: readonly string[];
  readonly example: object;
}

const preflight: Whole<PreflightReport> & { readonly verdict: Extract<Verdict, { readonly decision: "stop" }> } = {
  stack: "cygnus",
  hosts: [
    {
      host: "cygnus-01",
      state: "problems",
      problems: [{ subject: "port", message: "port 411 is in use", help: "stop what listens there" }],
      engineVersion: "26.1.5",
    },
  ],
  verdict: { decision: "stop", reasons: ["cygnus-01: not ready"] },
};

const status: Whole<StackLook> = {
  stack: "cygnus",
  containers: [
    {
      host: "cygnus-01",
      container: "samp",
      role: "sampler",
      isPlanned: true,
      state: "running",
      health: "healthy",
      image: "ovishpc/ldms-samp:4.5.3",
      imageId: "sha256:9f86d081…",
      since: "2026-11-22T18:53:50.123456789Z",
      restarts: 0,
      imageNames: ["ovishpc/ldms-samp:4.5.3"],
      imageWanted: "ovishpc/ldms-samp:4.5.3",
      toldBy: { host: "cygnus-05", container: "agg1" },
      ageSeconds: 1.2,
    },
  ],
  failures: [{ host: "cygnus-02", kind: "unreachable", message: "no answer within 5 s" }],
  externals: [{ name: "node-image", hosts: ["cygnus-04"] }],
  lookedAt: "2026-11-28T21:50:00.000Z",
  tookSeconds: 2.1,
  askedHosts: 7,
  upgrade: {
    from: "4.5.3",
    to: "4.5.4",
    state: "stopped",
    done: 1,
    batches: 4,
    isEnded: false,
    isBack: false,
    why: "samp-1: 1 host failed …",
  },
};

const drift: Whole<DriftReport> = {
  stack: "cygnus",
  lookedAt: "2026-11-28T21:50:00.000Z",
  answered: 6,
  asPlanned: 5,
  differences: [
    {
      host: "cygnus-01",
      kind: "container",
      subject: "samp",
      message: "is missing",
      differs: "host",
      mend: "ldms up -s cygnus --refresh",
    },
  ],
  unknown: [{ host: "cygnus-02", message: "unreachable: no answer within 5 s" }],
};

const verify: Whole<ChainReport> = {
  stack: "cygnus",
  stores: [
    {
      store: "sos-meminfo",
      hosts: ["cygnus-07"],
      present: ["cygnus-01"],
      missing: [{ host: "cygnus-02", componentId: 2 }],
      strangers: [99],
      newestAgeSeconds: 1,
      rowsPerSecond: 4,
      faults: [{ host: "cygnus-07", message: "no container `agg2` runs" }],
    },
  ],
  unread: ["site-store"],
  handedOver: ["kafka"],
  aggregators: [
    {
      host: "cygnus-05",
      container: "agg1",
      setMemory: { totalKb: 512, usedKb: 130, sets: 4, refused: 0, advised: "1M" },
      health: { isWarning: true, message: "store /store/meminfo: 8.1 % of its disk are free" },
      received: [{ service: "stream", name: "slurm", count: 12 }],
      unreached: ["broker1:9092: connection refused"],
      unconnected: ["login1"],
      fault: "it gave no figures",
    },
  ],
  causes: [
    {
      link: "authentication",
      container: "agg1",
      hosts: ["cygnus-05"],
      message: "2 of 2 producers DISCONNECTED: authentication failed: munge key of cygnus-05 differs",
      help: "`ldms munge-key check -s cygnus`",
      samplers: ["cygnus-01", "cygnus-03"],
    },
  ],
  samplers: { planned: 4, fresh: 2, oldestAgeSeconds: 1 },
  asked: { aggregators: 3, hosts: 3 },
};

const audit: Whole<AuditReport> = {
  stack: "cygnus",
  answered: 7,
  judged: 11,
  passedOver: 3,
  strangers: [{ host: "cygnus-03", container: "ldms_old", role: "sampler", toldBy: "image" }],
  violations: [
    {
      rule: "memory-limited",
      severity: "medium",
      enforcement: "advisory",
      hosts: ["cygnus-01"],
      message: "sampler `samp` has no memory limit",
      help: "`memory` of the group",
      waived: { reason: "measured, and small", until: "2027-03-31" },
    },
  ],
  unknown: [{ host: "cygnus-02", message: "unreachable: no answer within 5 s" }],
};

const forgotten: Whole<ForgetReport> = {
  stack: "cygnus",
  hosts: [{ host: "cygnus-03", resources: ["cygnus-03", "cygnus-03-files", "cygnus-03-samp"], heads: ["this machine"] }],
  isDeclined: true,
  unkept: "cannot be written: no space left on device",
};

const history: Whole<RunDetails> = {
  run: 57,
  kind: "up",
  result: "succeeded",
  startTime: 1795906310,
  endTime: 1795906329,
  engine: "embedded",
  who: "anna@admin1",
  message: "back to run 55: 4.5.5 loses rows",
  resourceChanges: { update: 12 },
  skippedHosts: ["cygnus-02"],
  images: [{ name: "ldms-samp", reference: "ovishpc/ldms-samp:4.5.3", digest: "sha256:9f86d081…", isBuilt: true }],
  isPartial: true,
  backTo: 55,
  steps: ["update cygnus-01-samp"],
  differences: [
    {
      kind: "file",
      name: "/var/lib/ldms/cygnus/samp/perf.conf",
      hosts: "cygnus-[01-04]",
      change: "changed",
      restarts: "samp",
      diff: "-a\n+b",
      notes: [],
    },
  ],
  failures: ["exit code 125: docker start samp"],
  files: [{ path: "Pulumi.cygnus.yaml", change: "changed", diff: "-a\n+b" }],
};

const upgrade: Whole<UpgradeReport> = {
  outcome: "stopped",
  version: 1,
  from: { tag: "4.5.3", digests: { "ldms-samp": "sha256:9f86d081…" } },
  to: { tag: "4.5.4", digests: { "ldms-samp": "sha256:60303ae2…" } },
  batches: [
    {
      name: "samp-1",
      group: "samp",
      hosts: ["cygnus-01"],
      resources: ["cygnus-01-samp"],
      maxFailures: 0,
      isCanary: true,
      isChained: false,
      state: "failed",
      failed: ["cygnus-01"],
      begunTime: 1795906320,
      tookSeconds: 31.5,
    },
  ],
  baseline: { samplers: ["cygnus-01"], stores: [{ store: "sos-meminfo", hosts: ["cygnus-01"], rowsPerSecond: 4 }], freshSeconds: 30 },
  onFailure: "stop",
  direction: "forward",
  state: "stopped",
  why: "samp-1: 1 host failed, and none may: cygnus-01: samp on cygnus-01: exited (3)",
  gaps: { "sos-meminfo": { "cygnus-01": 6.1 } },
  waitSeconds: 120,
  message: "the fix of meminfo",
  startTime: 1795906310,
  endTime: 1795906399,
};

const mungeKey: Whole<MungeReport> = {
  stack: "cygnus",
  places: [{ host: "cygnus-01", container: "samp", state: "problem", message: "has another key" }],
};

const locked: readonly Whole<LockedImage>[] = [
  { image: "ldms-samp", reference: "ovishpc/ldms-samp:4.5.3", digest: "sha256:9f86d081…", before: "sha256:60303ae2…" },
];

const saved: readonly Whole<SavedFile>[] = [
  { image: "ldms-samp", reference: "ovishpc/ldms-samp:4.5.3", path: "archives/ldms-samp.tar.zst", sizeBytes: 31_457_280 },
];

/** By verb, in the order of the page. */
const gathered: Whole<GatheredReport> = {
  stack: "cygnus",
  results: [
    {
      host: "cygnus-05",
      container: "agg1",
      output: "ldmsd: version 4.5.3",
      exitCode: 0,
      isCut: true,
      failure: "no end within 60 s",
    },
  ],
};

const topology: Whole<SiteTopology> = {
  stack: "cygnus",
  nodes: [
    {
      id: "samplers[0]",
      kind: "samplers",
      name: "samp",
      column: 0,
      hosts: ["cygnus-01", "cygnus-02"],
      daemons: 2,
      facts: ["rdma:411, munge", "meminfo 1s"],
      setsPerSecond: 2,
    },
  ],
  edges: [
    {
      from: "samplers[0]",
      to: "aggregators[0]",
      kind: "pull",
      daemons: 2,
      intervals: ["1s"],
      connected: 1,
      setsPerSecond: 1,
      rowsPerSecond: 1,
    },
  ],
  notes: ["maestro on cygnus-07 spreads the daemons over the aggregators"],
  faults: [{ host: "cygnus-06", message: "no answer within 25 s" }],
};

const adopted: Whole<Omit<AdoptedSite, "run">> & Whole<Pick<FoundSite, "stackFile" | "unsaid">> = {
  stack: "cygnus",
  stackFile: "config:\n  ldms:xprt: rdma\n",
  unsaid: [{ path: "ldms:aggregators.dsosd", message: "dsosd was started by hand", help: "`dsosd: true`" }],
  containers: [
    {
      host: "cygnus-01",
      container: "samp",
      role: "sampler",
      id: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      startedAt: "2026-11-22T18:53:50.123456789Z",
      state: "running",
      spec: "9f86d081884c7d659a2feaa0c55ad015",
      isLabelled: false,
      verdict: "differs",
      differences: ["- -x rdma:412", "+ -x rdma:411"],
      additions: ["--restart unless-stopped"],
    },
  ],
  missing: [{ host: "cygnus-02", container: "samp" }],
  others: [{ host: "cygnus-07", container: "ldms-maestro", help: "on cygnus-07: `docker rename ldms-maestro maestro`" }],
};

export const JSON_FORMS: readonly JsonForm[] = [
  {
    verb: "preflight",
    notes: [
      "`state` is `ok`, `problems` or `dead`. `verdict` is what `ldms up` would decide: `stop` with its `reasons`, or `go` with the hosts `skipped`.",
    ],
    example: preflight,
  },
  {
    verb: "status",
    notes: [
      "`state` is Docker's, or `missing` or `unknown`. `health` is `healthy`, `unhealthy`, `starting` or `none`. `failures` are hosts that could not be asked, `externals` daemons that the site starts.",
      "`toldBy` is the aggregator that has the sets of a sampler whose host was not asked, `ageSeconds` the age of the oldest; such a container has no `image`, `since` and `restarts`.",
      "With `--watch` it is a line a look.",
    ],
    example: status,
  },
  {
    verb: "drift",
    notes: [
      "`kind` is `container` or `file`, `subject` its name or path; or `plugin` or `set`, `subject` is then the daemon's container.",
      "`differs` is which of the three has it otherwise than the other two: `host`, `stack-file` or `state`; or `all`; or `unknown`, where there is no state to read.",
      "`mend` is what brings it to what the stack file says. `asPlanned` are the hosts on which nothing differs.",
      "Hosts in `unknown` could not be asked, or a daemon of theirs could not. With `--watch` it is a line a look.",
    ],
    example: drift,
  },
  {
    verb: "verify",
    notes: [
      "`present` and `missing` are the sampler hosts with and without a fresh row; `strangers` are component ids of no planned daemon.",
      "`unread` are stores that cannot be looked into, `handedOver` those whose rows go to a message service.",
      "`causes` are the first broken links, in the order of the links ([operations.md](operations.md#verify)): `hosts` where one is broken, `samplers` whose data stops there.",
      "`asked` counts the questions to aggregators, and to hosts of services and of samplers that their aggregators miss.",
    ],
    example: verify,
  },
  {
    verb: "forget",
    notes: ["`isDeclined` where nobody wanted it: then nothing was forgotten. `unkept` says why `ldms history` does not have it."],
    example: forgotten,
  },
  {
    verb: "history",
    notes: [
      "This is the form of one run, `ldms history 57 --json`. Without a number it is a list of runs, the newest first, without `steps`, `differences`, `failures` and `files`; so is `ldms rollback --json` without a number.",
      "`result` is `succeeded`, `failed`, `cancelled`, `running` or `cut off`. Times are seconds since 1970. A run of bare `pulumi` has no `run`.",
    ],
    example: history,
  },
  {
    verb: "upgrade",
    notes: [
      "`outcome` is `done`, `back`, `paused`, `stopped` or `declined`; of `ldms upgrade status` and `pause` there is `isAlive` instead, and whose process works on it (`holder`).",
      "`state` of a batch is `waiting`, `begun`, `done`, `failed` or `back`; `failed` are the hosts that failed. `gaps` is the longest time between two rows of each sampler, in seconds, by store.",
    ],
    example: upgrade,
  },
  {
    verb: "audit",
    notes: ["`strangers` are containers of LDMS that somebody started by hand. `policy.json` of `ldms policy` has the same `violations`."],
    example: audit,
  },
  {
    verb: "munge-key check",
    notes: ["Without `container` it is the host's own munged. `state` is `ok`, `problem` or `dead`."],
    example: mungeKey,
  },
  {
    verb: "topology",
    notes: [
      "`kind` of a node is `samplers`, `aggregators`, `store`, `ui` or `grafana`; of an edge `pull`, `advertise` (the lower one dials), `store` or `query`.",
      "Every group is there, however many a drawing takes together. What is found on the hosts is there with `--rates`.",
    ],
    example: topology,
  },
  {
    verb: "exec",
    notes: [
      "`output` is standard output and error in the order of arrival; `isCut` where it was longer than a MiB.",
      "There is an `exitCode`, or a `failure`. Without `container` it ran on the host itself.",
    ],
    example: gathered,
  },
  { verb: "logs", notes: ["As of `ldms exec`; `output` is the log."], example: gathered },
  { verb: "images lock", notes: ["`before` is the digest that the stack file had."], example: locked },
  { verb: "images save", notes: [], example: saved },
  {
    verb: "adopt",
    notes: [
      "`verdict` is `equal` or `differs`. `stackFile`, and `unsaid`, which it does not say as it was found, are there with `--hosts`, as are its `config`, `files` and `violations`.",
      "With `--yes` there is also `run`: what was done with the state.",
    ],
    example: adopted,
  },
];

/** The part of docs/command-line.md that is about `--json`. */
export function renderJsonForms(): string {
  const sections = JSON_FORMS.map(({ verb, notes, example }) =>
    [
      `### ldms ${verb} --json`,
      ...(notes.length > 0 ? [notes.join("\n")] : []),
      `\`\`\`json\n${JSON.stringify(example, undefined, 2)}\n\`\`\``,
    ].join("\n\n"),
  );
  return `${sections.join("\n\n")}\n`;
}
