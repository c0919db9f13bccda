import assert from "node:assert/strict";
import { checkAnswers, placeProblems } from "../../../plan/init/check-answers";
import { type Answers, optionOf, QUESTION_NAMES, QUESTIONS } from "../../../plan/init/questions";

const GOOD: Answers = { stack: "a", hosts: "c[1-8]" };

const told = (answers: Answers) =>
  checkAnswers(answers).map(({ path, message, help }) => `${path}: ${message}${help === undefined ? "" : ` (${help})`}`);

/** Beside a name and eight hosts. */
const BAD: readonly (readonly [title: string, answers: Answers, ...problems: string[]])[] = [
  ["a name with a blank", { stack: "a b" }, "--stack: must be up to 100 letters, digits, `_`, `.` and `-`: `a b`"],
  ["a name that leads elsewhere", { stack: "../a" }, "--stack: must be up to 100 letters, digits, `_`, `.` and `-`: `../a`"],
  ["a name that ends a line", { stack: "a\nb" }, "--stack: must be up to 100 letters, digits, `_`, `.` and `-`: `a\\nb`"],
  ["no hosts", { hosts: "" }, "--hosts: must name at least one host: ``"],
  ["hosts in an open bracket", { hosts: "c[1-8" }, "--hosts: the bracket is never closed\n      c[1-8\n       ^"],
  [
    "hosts as a range without brackets",
    { hosts: "cygnus01-cygnus08" },
    "--hosts: a range has its numbers in brackets\n      cygnus01-cygnus08\n      ^ (write `cygnus[01-08]`)",
  ],
  [
    "a host that is an option",
    { hosts: "-oProxyCommand=x" },
    "--hosts: not a character to have in a host name\n      -oProxyCommand=x\n                    ^",
  ],
  ["an aggregator of another cluster", { aggregators: "d9" }, "--aggregators: not in `hosts`: `d9` (hosts are `c[1-8]`)"],
  ["a store on a host of another cluster", { storeOn: "d9" }, "--store-on: not in `hosts`: `d9` (hosts are `c[1-8]`)"],
  ["samplers that are none", { samplers: "" }, "--samplers: must name at least one host: ``"],
  [
    "a sampler that upstream has not",
    { plugins: "meminfo,memnfo" },
    "--plugins: is no sampler of upstream's: `memnfo` (did you mean `meminfo`? for one of your own, write `own: true`)",
  ],
  ["samplers divided by blanks", { plugins: "meminfo vmstat" }, "--plugins: must be names of plugins, divided by commas: `meminfo vmstat`"],
  ["a time without a unit", { interval: "10" }, "--interval: must be a number with one of the units us, ms, s, m, h, d: `10`"],
  ["a kind of store that there is not", { store: "sql" }, "--store: must be `sos` or `csv`: `sql`"],
  [
    "a folder of the store that is relative",
    { storePath: "store" },
    "--store-path: must be an absolute path other than `/`, without `:`, `.` and `..`: `store`",
  ],
  [
    "a transport that there is not",
    { xprt: "tcp" },
    "--xprt: must be `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`: `tcp`",
  ],
  [
    "an authentication that is nearly one",
    { auth: "mung" },
    "--auth: must be `munge`, `munge-key`, `ovis` or `none`: `mung` (did you mean `munge`?)",
  ],
  ["images from nowhere", { images: "docker" }, "--images: must be `registry`, `build` or `archive`: `docker`"],
  [
    "a registry with a scheme",
    { registry: "https://reg.site" },
    "--registry: must be `host[:port]` of a registry, without a scheme or a path: `https://reg.site`",
  ],
  ["a tag with a blank", { tag: "4 5" }, "--tag: must be an image's tag: up to 128 letters, digits, `_`, `.` and `-`: `4 5`"],
  [
    "a namespace in capitals",
    { namespace: "OVIS" },
    "--namespace: must be lower-case letters and digits, divided by `.`, `_`, `-` or `/`: `OVIS`",
  ],
  ["a login with a command", { sshUser: "root;id" }, "--ssh-user: must be a user name: `root;id`"],
  ["another way to become root", { become: "su" }, "--become: must be `sudo`: `su`"],
  ["a port that is a word", { sshPort: "ssh" }, "--ssh-port: must be a number: `ssh`"],
  ["a port that is none", { sshPort: "70000" }, "--ssh-port: must be a port of 1 to 65535: 70000"],
  ["a key that is an option", { sshKey: "-oX" }, "--ssh-key: must be a path that does not begin with `-`: write `./-…`: `-oX`"],
  [
    "known hosts that ssh would read otherwise",
    { knownHosts: "known_%h" },
    "--known-hosts: must be a path without quotes, `\\`, `%` and `$`, which ssh would read otherwise: `known_%h`",
  ],
  ["fewer addresses than hosts", { sshAddress: "10.0.0.[1-7]" }, "--ssh-address: must be as many as the hosts, 8: 7"],
  ["a login node with a blank", { sshJump: "log in" }, "--ssh-jump: must be `[user@]host[:port]`, several as a list: `log in`"],
  ["one name for all hosts", { interconnect: "ib0" }, "--interconnect: must be a host name around one `{host}` or `{short}`: `ib0`"],
  ["a method that is nearly one", { method: "fanout" }, "--method: must be `docker` or `fan-out`: `fanout` (did you mean `fan-out`?)"],
  ["two heads", { method: "fan-out", head: "c[1-2]" }, "--head: must name exactly one host, not 2: `c[1-2]`"],
  ["maestro on a host of another cluster", { maestro: "d9" }, "--maestro: not in `hosts`: `d9` (hosts are `c[1-8]`)"],
  ["two UIs", { ui: "c[7-8]" }, "--ui: must name exactly one host, not 2: `c[7-8]`"],
  ["Grafana on no host", { grafana: "" }, "--grafana: must name exactly one host: ``"],
  [
    "several of them",
    { xprt: "tcp", store: "sql", sshUser: "a b" },
    "--store: must be `sos` or `csv`: `sql`",
    "--xprt: must be `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`: `tcp`",
    "--ssh-user: must be a user name: `a b`",
  ],
];

describe("checkAnswers", () => {
  it("has nothing against a name and hosts", () => assert.deepEqual(told(GOOD), []));

  it("says all that is missing, and nothing that follows from it", () => {
    assert.deepEqual(told({}), ["--stack: is missing (give `-s mycluster`)", "--hosts: is missing (give `--hosts 'cygnus-[01-08]'`)"]);
  });

  it("says what is wrong beside what is missing", () => {
    assert.deepEqual(told({ stack: "a", xprt: "tcp" }), [
      "--hosts: is missing (give `--hosts 'cygnus-[01-08]'`)",
      "--xprt: must be `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`: `tcp`",
    ]);
  });

  for (const [title, answers, ...problems] of BAD) it(`refuses ${title}`, () => assert.deepEqual(told({ ...GOOD, ...answers }), problems));

  it("is tried with every option that can be wrong", () => {
    const tried = new Set(BAD.flatMap(([, answers]) => Object.keys(answers)));
    // Folders that are looked at when images are made.
    assert.deepEqual(
      QUESTION_NAMES.filter((name) => !tried.has(name)),
      ["ovis", "archive"],
    );
  });
});

describe("placeProblems", () => {
  it("names the option that made a place", () => {
    const paths = [
      "stack",
      "hosts",
      "aggregators[0].hosts",
      "aggregators[1]",
      "aggregators[1].stores[0].hostPath",
      "images.archive",
      "munge.mode",
    ];
    assert.deepEqual(
      placeProblems(paths.map((path) => ({ path, message: "is wrong" }))).map(({ path }) => path),
      ["--stack", "--hosts", "--aggregators", "--store-on", "--store-path", "--archive", "--auth"],
    );
  });

  it("leaves a place that no option made", () => {
    assert.deepEqual(placeProblems([{ path: "tolerate", message: "is wrong" }]), [{ path: "tolerate", message: "is wrong" }]);
  });
});

describe("QUESTIONS", () => {
  it("have options by which commander gives the same names", () => {
    const camel = (option: string) => option.replace(/^--/, "").replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    assert.deepEqual(
      QUESTION_NAMES.map((name) => camel(optionOf(name))),
      QUESTION_NAMES,
    );
  });

  it("say of each default what is taken", () => {
    const wrong = QUESTION_NAMES.filter((name) => {
      const { about, proposes } = QUESTIONS[name];
      const fixed = proposes?.({});
      return fixed !== undefined && !about.includes(`(default: ${fixed})`);
    });
    assert.deepEqual(wrong, []);
  });
});
