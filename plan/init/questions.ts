import { SCALE_ASSUMPTIONS } from "../scale/assumptions";
import { proposeAggregators, proposeSamplers, proposeStoreHosts } from "./propose";

/** What was answered before. */
type Before = Readonly<Record<string, string | undefined>>;

export interface Question {
  /** As on the command line. */
  readonly option: string;
  readonly about: string;
  /** What a terminal asks; absent: it is taken where it is given, and not asked for. */
  readonly asks?: string;
  /** Whether the answers before it leave it open. @default yes */
  readonly isOpen?: (before: Before) => boolean;
  /** What a bare Enter means, and what is taken where nobody is asked. */
  readonly proposes?: (before: Before) => string | undefined;
  /** Shown in its place where nothing is a good answer: `the keys of your ssh agent`. */
  readonly without?: string;
  /** Of an answer that the stack file says in other words. */
  readonly choices?: readonly string[];
  readonly pattern?: readonly [RegExp, message: string];
  /** How it is given, where nothing stands for it: `-s mycluster`. */
  readonly isNeededAs?: string;
  /** A file or folder, as seen from where it is typed. */
  readonly isPath?: boolean;
  /** Places of the stack file that it makes. */
  readonly makes: RegExp;
}

const fixed = (value: string) => () => value;

/** In the order in which they are asked. */
const TABLE = {
  stack: {
    option: "-s, --stack <name>",
    about: "name of the stack: the file is Pulumi.<name>.yaml",
    asks: "Name of the stack, such as the cluster's",
    isNeededAs: "-s mycluster",
    makes: /^stack$/,
  },
  hosts: {
    option: "--hosts <hostlist>",
    about: "all hosts: 'cygnus-[01-08]'",
    asks: "Hosts, as a hostlist such as cygnus-[01-08]",
    isNeededAs: "--hosts 'cygnus-[01-08]'",
    makes: /^(hosts|componentIds)$/,
  },
  aggregators: {
    option: "--aggregators <hostlist>",
    about: `hosts that aggregate; by default the last ones, one for ${SCALE_ASSUMPTIONS.fanIn} hosts`,
    asks: `Hosts that aggregate, one for ${SCALE_ASSUMPTIONS.fanIn} hosts`,
    proposes: proposeAggregators,
    makes: /^aggregators\[0\](\.hosts)?$/,
  },
  storeOn: {
    option: "--store-on <hostlist>",
    about: "hosts that store; by default the aggregator, or where there are several the last host that is none",
    asks: "Hosts that store",
    proposes: proposeStoreHosts,
    makes: /^aggregators\[1\](\.hosts)?$/,
  },
  samplers: {
    option: "--samplers <hostlist>",
    about: "hosts that are sampled; by default all that neither aggregate nor store",
    asks: "Hosts that are sampled",
    proposes: proposeSamplers,
    makes: /^samplers\[0\](\.hosts)?$/,
  },
  plugins: {
    option: "--plugins <names>",
    about: "what is sampled, divided by commas; each is stored by the schema of its name (default: meminfo)",
    proposes: fixed("meminfo"),
    pattern: [/^[\w.-]+(,[\w.-]+)*$/, "must be names of plugins, divided by commas"],
    makes: /^samplers\[0\]\.plugins\b.*\.name$|\.stores\[\d+\]\.(name|schema|container)$/,
  },
  interval: {
    option: "--interval <time>",
    about: "how often (default: 1s)",
    proposes: fixed("1s"),
    makes: /(interval|offset)$/,
  },
  store: {
    option: "--store <kind>",
    about: "kind of the store: sos or csv (default: sos)",
    asks: "Kind of the store: sos or csv",
    proposes: fixed("sos"),
    choices: ["sos", "csv"],
    makes: /\.stores\[\d+\](\.plugin)?$|dsosd/,
  },
  storePath: {
    option: "--store-path <folder>",
    about: "folder of the store on its host (default: /store)",
    asks: "Folder of the store on its host",
    proposes: fixed("/store"),
    makes: /\.(path|hostPath)$/,
  },
  xprt: {
    option: "--xprt <transport>",
    about: "transport of the daemons: sock, rdma, ugni, fabric (default: sock)",
    asks: "Transport: sock, rdma, ugni or fabric",
    proposes: fixed("sock"),
    makes: /^xprt$/,
  },
  auth: {
    option: "--auth <way>",
    about: "munge: the hosts' own; munge-key: with a key made here; ovis: a word made here; none (default: munge)",
    asks: "Authentication: munge (the hosts' own), munge-key (a key made here), ovis (a word made here) or none",
    proposes: fixed("munge"),
    choices: ["munge", "munge-key", "ovis", "none"],
    makes: /^(auth|munge)\b/,
  },
  images: {
    option: "--images <source>",
    about: "where the images come from: registry, build, archive (default: registry)",
    asks: "Images from: registry, build or archive",
    proposes: fixed("registry"),
    makes: /^images\.source$/,
  },
  registry: {
    option: "--registry <host[:port]>",
    about: "registry of the images; by default the one that the hosts' engines ask by themselves, Docker Hub",
    asks: "Registry, such as reg.site:5000",
    without: "Docker Hub",
    isOpen: ({ images }) => images !== "archive",
    makes: /^images\.registry$/,
  },
  namespace: {
    option: "--namespace <name>",
    about: "what stands before the images' names (default: ovishpc)",
    makes: /^images\.namespace$/,
  },
  tag: { option: "--tag <tag>", about: "tag of the images (default: 4.5.3)", makes: /^images\.tag$/ },
  ovis: {
    option: "--ovis <folder>",
    about: "with --images build: folder with the binaries of /opt/ovis (default: ovis)",
    asks: "Folder with the binaries of /opt/ovis",
    isOpen: ({ images }) => images === "build",
    proposes: fixed("ovis"),
    isPath: true,
    makes: /^images\.ovis$/,
  },
  archive: {
    option: "--archive <path>",
    about: "with --images archive: a file of docker save, or a folder of them (default: archives)",
    asks: "File of docker save, or a folder of them",
    isOpen: ({ images }) => images === "archive",
    proposes: fixed("archives"),
    isPath: true,
    makes: /^images\.archive$/,
  },
  sshUser: {
    option: "--ssh-user <name>",
    about: "login on the hosts (default: root)",
    asks: "Login on the hosts",
    proposes: fixed("root"),
    makes: /^ssh\.user$/,
  },
  become: { option: "--become <sudo>", about: "sudo: a login that is not root does everything by sudo", makes: /^ssh\.become$/ },
  sshKey: {
    option: "--ssh-key <file>",
    about: "private key of the login; by default the keys of your ssh agent",
    asks: "Private key of the login",
    without: "the keys of your ssh agent",
    isPath: true,
    makes: /^ssh\.key$/,
  },
  knownHosts: {
    option: "--known-hosts <file>",
    about: "file of the hosts' keys; by default known_hosts.<name> beside the stack file",
    isPath: true,
    makes: /^ssh\.knownHosts$/,
  },
  sshAddress: {
    option: "--ssh-address <hostlist>",
    about: "where the hosts are reached, in their order, where their names do not resolve here",
    makes: /^ssh\.address$/,
  },
  sshPort: { option: "--ssh-port <port>", about: "port of sshd (default: 22)", makes: /^ssh\.port$/ },
  sshJump: {
    option: "--ssh-jump <[user@]host[:port]>",
    about: "login node before the hosts; several on the way are divided by commas",
    makes: /^ssh\.jump$/,
  },
  interconnect: {
    option: "--interconnect <name>",
    about: "name by which daemons reach each other: `{host}-ib0` (default: {host})",
    makes: /^interconnect$/,
  },
  method: {
    option: "--method <method>",
    about: "docker or fan-out; by default docker up to 32 hosts, fan-out above",
    makes: /^method$/,
  },
  head: {
    option: "--head <host>",
    about: "with fan-out: the host from which ssh reaches the others; by default this machine",
    makes: /^fanOut\b/,
  },
  maestro: { option: "--maestro <host>", about: "host of maestro; by default there is none", makes: /^maestro\b/ },
  ui: { option: "--ui <host>", about: "host of the UI; by default there is none", makes: /^ui\b/ },
  grafana: { option: "--grafana <host>", about: "host of Grafana; by default there is none", makes: /^grafana\b/ },
} as const satisfies Readonly<Record<string, Question>>;

export type QuestionName = keyof typeof TABLE;
/** By the name of the question. */
export type Answers = Readonly<Partial<Record<QuestionName, string>>>;

export const QUESTIONS: Readonly<Record<QuestionName, Question>> = TABLE;
export const QUESTION_NAMES = Object.keys(TABLE) as readonly QuestionName[];

/** `--hosts` */
export function optionOf(name: QuestionName): string {
  return /--[a-z-]+/.exec(QUESTIONS[name].option)![0];
}

/** What is not answered is as it is proposed. */
export function completeAnswers(given: Answers): Answers {
  const all: Partial<Record<QuestionName, string>> = { ...given };
  for (const name of QUESTION_NAMES) {
    const { isOpen, proposes } = QUESTIONS[name];
    const proposed = all[name] === undefined && isOpen?.(all) !== false ? proposes?.(all) : undefined;
    if (proposed !== undefined) all[name] = proposed;
  }
  return all;
}
