import { foldHosts } from "../../../plan/hostlist/fold";
import type {
  DriftView,
  EdgeRow,
  FileProblem,
  FindingsView,
  GroupRow,
  HistoryRow,
  HistoryRun,
  HostColumns,
  HostLetter,
  LookFacts,
  PreviewEntry,
  PreviewView,
  RunView,
  Snapshot,
  StorePlot,
  StoresView,
} from "../../../portal/api";

/** A moment that is always the same: pictures of it are, too. */
export const NOW = Date.parse("2026-11-28T10:02:00Z") / 1000;

export interface ClusterSize {
  readonly samplers: number;
  readonly aggregators: number;
}

export const LARGE: ClusterSize = { samplers: 10_000, aggregators: 128 };
export const SMALL: ClusterSize = { samplers: 24, aggregators: 2 };

interface FakeHost {
  readonly name: string;
  readonly group: number;
}

interface Trouble {
  readonly letter: HostLetter;
  readonly text: string;
}

/** A cluster of nobody's, with some trouble in it: what the page shows of it follows from its size alone. */
export const BY_HAND = { differs: "host", mend: "`ldms up -s big --refresh`" } as const;

export class FakeCluster {
  readonly hosts: readonly FakeHost[];
  readonly troubles = new Map<number, Trouble>();
  lookedAt = NOW - 4;

  constructor(readonly size: ClusterSize) {
    const digits = String(size.samplers).length;
    const named = (head: string, count: number, group: number, width: number): FakeHost[] =>
      Array.from({ length: count }, (_, i) => ({ name: `${head}${String(i + 1).padStart(width, "0")}`, group }));
    const gpus = Math.max(1, Math.floor(size.samplers / 10));
    this.hosts = [
      ...named("n", size.samplers - gpus, 0, digits),
      ...named("gpu", gpus, 1, Math.max(2, String(gpus).length)),
      ...named("agg-", size.aggregators, 2, Math.max(2, String(size.aggregators).length)),
      ...named("top-", 2, 3, 1),
      { name: "web1", group: 5 },
    ];
    this.break("x", "samp exited, code 137", [16, 992]);
    this.break("d", "samp is unhealthy: its set meminfo is 14 s old", [4409]);
    this.break("u", "ssh: no answer in 5 s", [8000, 8001]);
    this.break("d", "agg1 is unhealthy: 78 of 80 producers CONNECTED", [size.samplers + 40]);
  }

  break(letter: HostLetter, text: string, hosts: readonly number[]): void {
    for (const host of hosts) if (host < this.hosts.length) this.troubles.set(host, { letter, text });
  }

  letterOf(host: number): HostLetter {
    return this.troubles.get(host)?.letter ?? "o";
  }

  columns(): HostColumns {
    const texts = [...new Set([...this.troubles.values()].map(({ text }) => text))];
    return {
      names: this.hosts.map(({ name }) => name),
      groups: this.hosts.map(({ group }) => group),
      letters: this.hosts.map((_, host) => this.letterOf(host)).join(""),
      reasons: this.hosts.map((_, host) => texts.indexOf(this.troubles.get(host)?.text ?? "")),
      texts,
      seen: this.hosts.map((_, host) => (this.letterOf(host) === "u" ? NOW - 1324 : this.lookedAt)),
    };
  }

  groups(): readonly GroupRow[] {
    const row = (id: string, kind: GroupRow["kind"], name: string, column: number, group: number, facts: readonly string[]): GroupRow => {
      const own = this.hosts.flatMap((host, index) => (host.group === group ? [index] : []));
      const counts = { o: 0, d: 0, x: 0, u: 0 };
      for (const host of own) counts[this.letterOf(host)]++;
      const [first, last] = [this.hosts[own[0]!]!.name, this.hosts[own.at(-1)!]!.name];
      const hosts = own.length === 1 ? first : `${first.replace(/\d+$/, "")}[${/\d+$/.exec(first)?.[0]}-${/\d+$/.exec(last)?.[0]}]`;
      return { id, kind, name, column, hosts, daemons: own.length, facts, counts };
    };
    return [
      row("samplers[0]", "samplers", "samp", 0, 0, ["rdma:411, munge", "meminfo 1s, procstat 1s"]),
      row("samplers[1]", "samplers", "gpu", 0, 1, ["rdma:411, munge", "meminfo 1s, dcgm 10s"]),
      row("aggregators[0]", "aggregators", "agg1", 1, 2, ["rdma:411, munge"]),
      row("aggregators[1]", "aggregators", "agg2", 2, 3, ["rdma:411, munge"]),
      row("aggregators[1].stores[0]", "store", "sos-meminfo", 3, 3, ["store_sos: meminfo"]),
      row("aggregators[1].stores[1]", "store", "csv-gpu", 3, 3, ["store_csv: dcgm"]),
      row("ui", "ui", "ui", 4, 5, []),
      row("grafana", "grafana", "grafana", 4, 5, []),
    ];
  }

  edges(): readonly EdgeRow[] {
    const { samplers, aggregators } = this.size;
    const gpus = Math.max(1, Math.floor(samplers / 10));
    const pull = (from: string, to: string, daemons: number, connected: number, intervals: readonly string[]): EdgeRow => {
      return { from, to, kind: "pull", daemons, connected, intervals };
    };
    return [
      pull("samplers[0]", "aggregators[0]", samplers - gpus, samplers - gpus - 4, ["1s"]),
      pull("samplers[1]", "aggregators[0]", gpus, gpus, ["1s", "10s"]),
      pull("aggregators[0]", "aggregators[1]", aggregators, aggregators, ["1s"]),
      { from: "aggregators[1]", to: "aggregators[1].stores[0]", kind: "store", daemons: 2, intervals: [] },
      { from: "aggregators[1]", to: "aggregators[1].stores[1]", kind: "store", daemons: 2, intervals: [] },
      { from: "aggregators[1].stores[0]", to: "ui", kind: "query", daemons: 1, intervals: [] },
      { from: "aggregators[1].stores[0]", to: "grafana", kind: "query", daemons: 1, intervals: [] },
    ];
  }

  look(): LookFacts {
    const byText = new Map<string, number[]>();
    for (const [host, { text }] of this.troubles) byText.set(text, [...(byText.get(text) ?? []), host]);
    const causes = [...byText].map(([text, hosts]) => {
      const names = hosts.map((host) => this.hosts[host]!.name);
      return { text, hosts: foldHosts(names), count: hosts.length, isNote: false };
    });
    const askedHosts = Math.min(this.hosts.length, 140);
    return { lookedAt: this.lookedAt, tookSeconds: 2.1, askedHosts, wellHosts: this.hosts.length - this.troubles.size, causes };
  }

  data(): StoresView {
    const { samplers } = this.size;
    return {
      lookedAt: NOW - 9,
      tookSeconds: 3.4,
      stores: [
        {
          store: "sos-meminfo",
          hosts: "top-[1-2]",
          present: samplers - 4,
          missing: 4,
          missingHosts: "n[00017,00993,08001-08002]",
          newestAgeSeconds: 1,
          rowsPerSecond: samplers * 1.02,
          faults: [],
        },
        {
          ...{ store: "csv-gpu", hosts: "top-[1-2]", present: Math.floor(samplers / 10), missing: 0, missingHosts: "" },
          ...{ newestAgeSeconds: 7, rowsPerSecond: samplers / 100, faults: [] },
        },
      ],
      unread: [],
      handedOver: [],
      causes: [
        {
          ...{ link: "container", container: "samp", hosts: "n[00017,00993]", samplers: 2, message: "exited with code 137: out of memory" },
          help: "ldms logs -s big n00017 samp",
        },
        {
          ...{
            link: "authentication",
            hosts: "n04410",
            samplers: 1,
            message: "the munge credential has expired: its clock is 9 min 58 s ahead",
          },
          help: "set the clock of n04410; nothing is to be deployed",
        },
      ],
    };
  }

  plots(): readonly StorePlot[] {
    const points = Array.from({ length: 90 }, (_, i) => i);
    const wave = (i: number, period: number) => Math.sin(i / period) + Math.sin(i / (period * 2.7)) / 2;
    return this.data().stores.map(({ store, rowsPerSecond = 0 }, at) => ({
      store,
      at: points.map((i) => NOW - 9 - 10 * (89 - i)),
      rowsPerSecond: points.map((i) => (i > 50 && i < 56 ? rowsPerSecond * 0.62 : rowsPerSecond * (1 + 0.015 * wave(i, 4 + at)))),
      newestAgeSeconds: points.map((i) => (i > 50 && i < 57 ? 6 + (i - 50) * 2 : 1 + at * 3 + (i % 3))),
    }));
  }

  drift(): DriftView {
    return {
      ...{ lookedAt: NOW - 31, tookSeconds: 4.2, answered: this.hosts.length - 2, asPlanned: this.hosts.length - 6 },
      differences: [
        { kind: "container", subject: "samp", message: "is missing", hosts: "n[00017,00993]", ...BY_HAND },
        { kind: "file", subject: "/etc/ldms/big/samp/ldmsd.conf", message: "has another content", hosts: "gpu0007", ...BY_HAND },
        { kind: "file", subject: "/etc/ldms/big/munge.key", message: "has mode 0644, in the stack 0600", hosts: "agg-041", ...BY_HAND },
      ],
      unknown: [{ hosts: "n[08001-08002]", message: "ssh: no answer in 5 s" }],
    };
  }

  snapshot(args: Pick<Snapshot, "stack" | "role" | "cursor"> & Partial<Snapshot>): Snapshot {
    return {
      now: NOW,
      groups: this.groups(),
      edges: this.edges(),
      notes: ["agg2 on top-2 takes over what top-1 pulls"],
      hosts: this.columns(),
      look: this.look(),
      data: this.data(),
      drift: this.drift(),
      plots: this.plots(),
      services: [
        { service: "grafana", url: "https://web1.example.org:3000", tunnel: "ldms tunnel -s big grafana" },
        { service: "ui", tunnel: "ldms tunnel -s big ui" },
      ],
      periods: { status: 10, data: 30, drift: 60 },
      ...args,
    };
  }
}

const DIFF = `@@ -4,6 +4,8 @@
 load name=meminfo
 config name=meminfo producer=\${HOSTNAME} instance=\${HOSTNAME}/meminfo
 start name=meminfo interval=1000000 offset=0
+load name=procstat
+config name=procstat producer=\${HOSTNAME} instance=\${HOSTNAME}/procstat
-start name=dcgm interval=60000000
+start name=dcgm interval=10000000
 listen xprt=rdma port=411 auth=munge`;

const ENTRIES: readonly PreviewEntry[] = [
  {
    op: "delete",
    what: "container",
    name: "samp",
    hosts: "old[01-04]",
    count: 4,
    diff: "",
    notes: ["its hosts are no longer in the stack file"],
  },
  {
    ...{ op: "replace", what: "container", name: "gpu", hosts: "gpu[0001-1000]", count: 1000, notes: [] },
    diff: "- --memory 64m\n+ --memory 128m\n- ovishpc/ldms-samp:4.5.3\n+ ovishpc/ldms-samp:4.5.4",
  },
  {
    ...{ op: "update", what: "file", name: "/etc/ldms/big/gpu/ldmsd.conf", hosts: "gpu[0001-1000]", count: 1000, diff: DIFF, notes: [] },
    restarts: "gpu",
  },
  {
    op: "update",
    what: "file",
    name: "/etc/ldms/big/munge.key",
    hosts: "agg-041",
    count: 1,
    diff: "",
    notes: ["mode 0644 becomes 0600", "the secret has changed"],
  },
  { op: "create", what: "container", name: "samp", hosts: "n[00017,00993]", count: 2, diff: "", notes: [] },
];

export const FINDINGS: FindingsView = {
  lookedAt: NOW - 2,
  findings: [
    {
      ...{ rule: "image-pinned-by-digest", severity: "medium", enforcement: "advisory", hosts: "gpu[0001-1000]" },
      message: "image is not pinned by digest: `ovishpc/ldms-samp:4.5.4`",
      help: "`ldms images lock -s big` writes the digests into the stack file",
    },
    {
      ...{ rule: "no-host-network-without-need", severity: "high", enforcement: "mandatory", hosts: "web1" },
      message: "container `grafana` uses the host's network",
      help: "leave out `network: host`, and name its port instead",
    },
    {
      ...{ rule: "no-privileged-container", severity: "critical", enforcement: "mandatory", hosts: "gpu[0001-1000]" },
      message: "container `gpu` is privileged",
      help: "`profile: minimal`",
      waived: { reason: "DCGM 3 needs it until the drivers are new", until: "2027-03-31" },
    },
  ],
};

export function fakePreview(digest: string): PreviewView {
  return {
    digest,
    changes: { delete: 4, replace: 1000, update: 1001, create: 2, same: 9130 },
    entries: ENTRIES,
    findings: FINDINGS.findings.slice(0, 1),
  };
}

export function fakeRun(change: Partial<RunView>): RunView {
  return {
    ...{ id: "r-20261128-100100-1", kind: "preview", by: "anna", startedAt: NOW - 41, phase: "previewing", isCancelling: false },
    ...{ progress: [], failures: [], skippedHosts: "", changes: {}, messages: [] },
    ...change,
  };
}

/** In the middle of a deployment, with some trouble. */
export function fakeDeployment(change: Partial<RunView> = {}): RunView {
  return fakeRun({
    ...{ kind: "up", message: "procstat on the GPU hosts", phase: "running" },
    progress: [
      { group: "samplers[1]", wanted: 2000, done: 1424, failed: 11 },
      { group: "samplers[0]", wanted: 2, done: 2, failed: 0 },
      { group: "aggregators[0]", wanted: 1, done: 1, failed: 0 },
      { group: "(stack)", wanted: 4, done: 0, failed: 0 },
    ],
    failures: [{ hosts: "gpu[0204-0214]", count: 11, text: "docker run: no space left on device: /var/lib/docker" }],
    skippedHosts: "n[08001-08002]",
    ...change,
  });
}

export const HISTORY: readonly HistoryRow[] = [
  row(57, "up", "failed", "anna by portal@admin1", "procstat on the GPU hosts", 600, 41, { replace: 1000, update: 1001 }),
  row(56, "up", "succeeded", "ben@admin1", 'git 52633f4 "add n[09001-10000]"', 86_400 * 3, 125, { create: 2000, update: 130 }),
  row(55, "up", "succeeded", "anna@admin1", "4.5.3 → 4.5.4 on the aggregators", 86_400 * 9, 62, { replace: 130 }, 54),
  row(54, "refresh", "cancelled", "ben@admin1", "", 86_400 * 12, 8, {}),
];

function row(
  run: number,
  kind: string,
  result: string,
  who: string,
  message: string,
  ageSeconds: number,
  tookSeconds: number,
  changes: HistoryRow["changes"],
  backTo?: number,
): HistoryRow {
  const startedAt = NOW - ageSeconds;
  const isCandidate = result === "succeeded" && kind === "up";
  const times = { startedAt, endedAt: startedAt + tookSeconds };
  return { run, kind, result, who, message, ...times, changes, skippedHosts: "", isCandidate, ...(backTo !== undefined && { backTo }) };
}

export function fakeHistoryRun(run: number): HistoryRun {
  const found = HISTORY.find((one) => one.run === run) ?? HISTORY[0]!;
  return {
    ...found,
    steps: ["replace gpu0001-gpu", "replace gpu0002-gpu"],
    entries: ENTRIES.slice(1, 3),
    failures: [],
    files: [{ path: "Pulumi.big.yaml", change: "changed", diff: "@@ -12,3 +12,4 @@\n     plugins:\n       - meminfo\n+      - procstat" }],
    images: [],
  };
}

export const STACK_FILE = `config:
  ldms:samplers:
    - hosts: n[00001-09000]
      plugins:
        - { name: meminfo, interval: 1s }
        - { name: procstat, interval: 1s }
    - name: gpu
      hosts: gpu[0001-1000]
      plugins:
        - { name: meminfo, interval: 1s }
        - { name: dcgm, interval: 10s }
  ldms:aggregators:
    - hosts: agg-[001-128]
    - hosts: top-[1-2]
      stores:
        - { plugin: store_sos, path: /store } # the rack's own disks
  ldms:auth: munge
  ldms:mungeKey:
    secure: "[secret 1]"
`;

/** What the real parser would say is the server's business; here a word stands for a mistake. */
export function fakeProblems(text: string): readonly FileProblem[] {
  const line = text.split("\n").findIndex((one) => one.includes("intervl"));
  if (line === -1) return [];
  const column = text.split("\n")[line]!.indexOf("intervl") + 1;
  return [
    {
      ...{ path: "samplers[0].plugins[0]", message: "unknown key `intervl`", help: "did you mean `interval`?" },
      ...{ line: line + 1, column, endLine: line + 1, endColumn: column + "intervl".length },
    },
  ];
}
