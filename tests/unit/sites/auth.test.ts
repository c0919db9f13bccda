import assert from "node:assert/strict";
import { findMungeSocket } from "../../../plan/auth/munge-socket";
import { findOvisProblem, readOvisSecret, renderOvisFile } from "../../../plan/auth/ovis-secret";
import { renderDeliveryInput } from "../../../plan/delivery/deliver-files";
import type { PlanFacts, SecretFacts } from "../../../plan/model/plan-facts";
import { readOwnFiles } from "../../../plan/own-files/own-files";
import { ConfigError } from "../../../plan/problems/errors";
import { renderPlan } from "../../../plan/render/render-plan";
import { checkPlan } from "../../../plan/rules/check-plan";
import { containerOf, exampleConfig, exampleGroups, examplePlan, fileOf, textOf, type Values } from "../example-stack";

const WORD: SecretFacts = { lengthBytes: 20, isUniform: false, isWord: true, fingerprint: "0123456789abcdef" };
const SALT: SecretFacts = { lengthBytes: 44, isUniform: false, fingerprint: "77" };
const FACTS: PlanFacts = { secrets: { ovisSecret: WORD, ovisSalt: SALT }, ownFiles: {} };
const MEMINFO = { name: "meminfo", interval: "1s" };
const SAMP = { hosts: "cygnus-[01-04]", plugins: [MEMINFO] };
const AGG = { name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s" };
/** Samplers know each other by ovis, aggregators by munge: as a site of Dell's machines has it. */
const MIXED: Values = {
  xprt: "sock",
  samplers: [{ ...SAMP, auth: "ovis" }],
  aggregators: [AGG],
  maestro: undefined,
  ui: undefined,
  grafana: undefined,
};
const SECRET_PATH = "/var/lib/ldms/cygnus/samp/ovis.secret";
const OVIS_MOUNT = { kind: "bind", hostPath: SECRET_PATH, containerPath: "/etc/ldms/ovis.secret", readOnly: true };

function problems(changes: Values, facts = FACTS): string[] {
  try {
    examplePlan(changes, facts);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message, help }) => `${path}: ${message}${help === undefined ? "" : ` | ${help}`}`);
  }
  return [];
}

describe("the authentication ovis (nersc-ldms ldms_machine_config, ldms#1226)", () => {
  const plan = examplePlan(MIXED, FACTS);
  const samp = containerOf(plan, "cygnus-01", "samp");
  const agg = containerOf(plan, "cygnus-05", "agg1");

  it("is told to the daemon, whose word is a file for root alone", () => {
    assert.deepEqual(samp.argv.slice(0, 6), ["-x", "sock:411", "-a", "ovis", "-A", "conf=/etc/ldms/ovis.secret"]);
    assert.deepEqual(samp.mounts[0], OVIS_MOUNT);
    const { mode, uid, gid, content } = fileOf(plan, SECRET_PATH);
    assert.deepEqual(
      { mode, uid, gid, content },
      {
        ...{ mode: 0o600, uid: 0, gid: 0 },
        content: { kind: "secret", secretName: "ovisSecret", encoding: "ovis" },
      },
    );
  });

  it("is that of a producer beside an aggregator's own munge", () => {
    assert.deepEqual(agg.argv.slice(0, 4), ["-x", "sock:411", "-a", "munge"]);
    const targets = agg.mounts.map(({ containerPath }) => containerPath);
    assert.deepEqual(targets.slice(0, 2), ["/run/munge", "/etc/ldms/ovis.secret"]);
    const lines = textOf(plan, "/var/lib/ldms/cygnus/agg1/ldmsd.conf").split("\n");
    assert.equal(lines[1], "auth_add name=ovis plugin=ovis conf=/etc/ldms/ovis.secret");
    assert.equal(lines[2], "prdcr_add name=samp-1 type=active xprt=sock host=cygnus-01-iw port=411 reconnect=1s auth=ovis");
  });

  it("asks for no munge where nobody uses it", () => {
    const { mounts } = containerOf(examplePlan({ ...MIXED, auth: "ovis" }, FACTS), "cygnus-05", "agg1");
    assert.ok(!mounts.some(({ containerPath }) => containerPath === "/run/munge"));
  });

  it("is how the health check and ldms controller ask", () => {
    assert.match(samp.healthCheck.test[1]!, / sock 411 ovis auth=conf=\/etc\/ldms\/ovis.secret set=1:meminfo$/);
    assert.equal(plan.daemons[0]!.auth, "ovis");
  });

  it("is written in ldms_cfg.yaml with its file, which maestro has too", () => {
    const all = examplePlan({ auth: "ovis", munge: { mode: "none" } }, FACTS);
    const text = textOf(all, "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml");
    assert.equal(text.match(/auth:\n {10}name: "ovis"\n {10}plugin: "ovis"\n {10}conf: "\/etc\/ldms\/ovis.secret"\n/g)?.length, 3);
    assert.deepEqual(
      containerOf(all, "cygnus-07", "maestro").mounts.map(({ containerPath }) => containerPath),
      ["/etc/ldms/ovis.secret", "/etc/ldms_cfg.yaml"],
    );
  });

  it("is one that the rules take for an authentication, and no munge realm", () => {
    const rules = checkPlan(examplePlan({ ...MIXED, xprt: "rdma" }, FACTS), "2026-11-25").map(({ rule }) => rule);
    for (const rule of ["ldmsd-authenticates", "one-munge-realm", "no-sensitive-host-folders", "ovis-secret-of-root-only"])
      assert.ok(!rules.includes(rule), rule);
  });

  it("gives another word to every daemon that has it by a new container, and to no other", () => {
    const specs = (facts: PlanFacts) => {
      const { hosts } = examplePlan(
        { ...MIXED, samplers: [{ ...SAMP, hosts: "cygnus-[01-02]", auth: "ovis" }], aggregators: [AGG] },
        facts,
      );
      return Object.fromEntries(
        hosts.flatMap(({ name, containers }) => containers.map((one) => [`${name}/${one.name}`, one.labels["ldms.spec"]])),
      );
    };
    const changed = { ...FACTS, secrets: { ...FACTS.secrets, ovisSecret: { ...WORD, fingerprint: "fedcba9876543210" } } };
    const [before, after] = [specs(FACTS), specs(changed)];
    assert.deepEqual(
      Object.keys(before).filter((key) => before[key] !== after[key]),
      ["cygnus-01/samp", "cygnus-02/samp", "cygnus-05/agg1"],
    );
  });

  it("is in no line of the plan but by its name", () => {
    const text = renderPlan(plan);
    assert.ok(
      text.includes(`printf 'secretword=%s\\n' "$(ldms config get ovisSecret --show-secret --stack cygnus | sed s/^secretword=//)" | `),
    );
    assert.ok(!text.includes(WORD.fingerprint));
  });

  it("is delivered as the file that ldmsd reads, from the word or from a site's own file", () => {
    const file = fileOf(plan, SECRET_PATH);
    for (const value of ["a-good-word", "secretword=a-good-word\n"]) {
      const input = renderDeliveryInput([file], () => value);
      assert.equal(Buffer.from(input, "base64").toString(), "secretword=a-good-word\n");
    }
    assert.equal(renderOvisFile("x".repeat(8)), "secretword=xxxxxxxx\n");
  });

  it("is checked in an own ldms_cfg.yaml", () => {
    const changes = { ...MIXED, aggregators: [], maestro: { host: "cygnus-07", configFile: "own" } };
    const check = (auth: string) => {
      const own = `daemons: [{ names: "s-[1-4]", hosts: "cygnus-[01-04]-iw", endpoints: [{ names: "e-[1-4]", ports: 411, auth: ${auth} }] }]`;
      return readOwnFiles(exampleConfig(changes), exampleGroups(changes), { secrets: {}, ownFiles: { own } }).problems.map(
        ({ message, help }) => `${message}${help === undefined ? "" : ` | ${help}`}`,
      );
    };
    assert.deepEqual(check("{ name: ov, plugin: ovis, conf: /etc/ldms/ovis.secret }"), []);
    assert.deepEqual(check("{ name: ov, plugin: ovis, conf: /opt/ovis/etc/secret.conf }"), [
      "`own`: the secret of ovis is not where the containers have it, `/etc/ldms/ovis.secret`, but `/opt/ovis/etc/secret.conf`, at `cygnus-[01-04]-iw` | auth: { name: ovis, plugin: ovis, conf: /etc/ldms/ovis.secret }",
    ]);
    assert.match(check("ovis")[0]!, /but nowhere, at `cygnus-\[01-04\]-iw` \|/);
  });
});

describe("readOvisSecret", () => {
  const problem = (text: string) => findOvisProblem(readOvisSecret(text).facts);

  it("takes a word of ldmsd's, by itself or as the line of its file", () => {
    for (const text of ["good-word", "a\"b\\c$d'e", "secretword=good-word", "good-word\n", "x".repeat(511).concat("y")])
      assert.equal(problem(text), undefined, text);
  });

  it("refuses what ldmsd would refuse, cut or misread", () => {
    const form = "is not one word of printable ASCII without blanks and `#`";
    for (const text of ["good word", "good#word", "gööd-word", "good-word\nmore", "# a comment\nsecretword=good-word"])
      assert.equal(problem(text), form, text);
    assert.equal(problem("1234567"), "must be 8 to 512 characters: 7");
    assert.equal(problem("secretword=1234567"), "must be 8 to 512 characters: 7");
    assert.equal(problem("xy".repeat(257)), "must be 8 to 512 characters: 514");
    assert.equal(problem("aaaaaaaaaa"), "is the same character throughout");
  });
});

describe("the munge of the hosts in another folder (nersc-ldms make_config)", () => {
  const NERSC = { munge: { mode: "host", socketDir: "/run/nersc-munge" } };

  it("is bound where every munge looks", () => {
    const { mounts } = containerOf(examplePlan(NERSC), "cygnus-01", "samp");
    assert.deepEqual(mounts[0], { kind: "bind", hostPath: "/run/nersc-munge", containerPath: "/run/munge", readOnly: true });
  });

  it("has its socket under a name of its own by `-A`, which preflight asks too", () => {
    const options = ["-A", "socket=/run/munge/munge.socket"];
    const plan = examplePlan({ ...NERSC, samplers: [{ ...SAMP, options }] });
    assert.equal(findMungeSocket([containerOf(plan, "cygnus-01", "samp")]), "/run/nersc-munge/munge.socket");
    assert.equal(findMungeSocket([containerOf(plan, "cygnus-05", "agg1")]), "/run/nersc-munge/munge.socket.2");
  });

  it("may be in a folder that the group mounts by itself", () => {
    const samp = { ...SAMP, mounts: { "/run/nersc-munge": "/run/nersc" }, options: ["-A", "socket=/run/nersc/munge.socket"] };
    assert.deepEqual(problems({ samplers: [samp] }), []);
  });

  it("is what the rules let a container have, read-only and below /run", () => {
    const found = (socketDir: string) =>
      checkPlan(examplePlan({ profile: "minimal", munge: { mode: "host", socketDir } }), "2026-11-25").flatMap(({ rule, enforcement }) =>
        enforcement === "mandatory" ? [rule] : [],
      );
    assert.deepEqual(found("/run/nersc-munge"), []);
    assert.deepEqual(found("/var/run/nersc/munge"), []);
    assert.ok(found("/run").includes("no-engine-socket"));
    assert.ok(found("/run/docker").includes("no-engine-socket"));
    assert.ok(found("/etc/munge").includes("no-sensitive-host-folders"));
    assert.ok(found("/opt/munge").includes("binds-allowed-for-role"));
  });
});

describe("bad authentications", () => {
  const HOSTS = { mode: "host" };
  const GENERATE = "head -c 32 /dev/urandom | base64 | ldms config set -s cygnus --secret ovisSalt";
  const SET = "ldms config set -s cygnus --secret ovisSecret --file FILE";
  const secrets = (changes: Readonly<Record<string, SecretFacts | undefined>>): PlanFacts => ({
    ownFiles: {},
    secrets: Object.fromEntries(
      Object.entries({ ...FACTS.secrets, ...changes }).filter((entry): entry is [string, SecretFacts] => entry[1] !== undefined),
    ),
  });
  const BAD: readonly (readonly [string, Values, readonly string[], PlanFacts?])[] = [
    ["an authentication that is none", { auth: "shared" }, ["auth: must be `munge`, `ovis` or `none`: `shared`"]],
    ["a near miss", { auth: "ovs" }, ["auth: must be `munge`, `ovis` or `none`: `ovs` | did you mean `ovis`?"]],
    [
      "a mode of munge in its place",
      { samplers: [{ ...SAMP, auth: "host" }] },
      ["samplers[0].auth: must be `munge`, `ovis` or `none`: `host`"],
    ],
    ["a map", { auth: { plugin: "ovis" } }, ['auth: must be `munge`, `ovis` or `none`: {"plugin":"ovis"}']],
    ["no word", MIXED, [`ovisSecret: is missing, and daemons have \`auth: ovis\` | ${SET}`], secrets({ ovisSecret: undefined })],
    ["a short word", MIXED, [`ovisSecret: must be 8 to 512 characters: 7 | ${SET}`], secrets({ ovisSecret: { ...WORD, lengthBytes: 7 } })],
    [
      "a word that is two",
      MIXED,
      [`ovisSecret: is not one word of printable ASCII without blanks and \`#\` | ${SET}`],
      secrets({ ovisSecret: { ...WORD, isWord: false } }),
    ],
    ["no salt", MIXED, [`ovisSalt: is missing beside \`ovisSecret\` | ${GENERATE}`], secrets({ ovisSalt: undefined })],
    [
      "a short salt",
      MIXED,
      [`ovisSalt: must be at least 32 random characters: 8 | ${GENERATE}`],
      secrets({ ovisSalt: { ...SALT, lengthBytes: 8 } }),
    ],
    [
      "a salt that is none",
      MIXED,
      [`ovisSalt: is the same character throughout | ${GENERATE}`],
      secrets({ ovisSalt: { ...SALT, isUniform: true } }),
    ],
    [
      "munge where there is none",
      { munge: { mode: "none" }, auth: "munge" },
      ["auth: needs munge, but `munge.mode` is `none`: `munge` | munge: { mode: host }, or `auth: ovis`"],
    ],
    [
      "a group's munge where there is none",
      { munge: HOSTS, samplers: [{ ...SAMP, auth: "munge", munge: "none" }] },
      ["samplers[0].auth: needs munge, but has none: `munge` | munge: host, or `auth: ovis`"],
    ],
    [
      "an aggregator without munge above daemons with it",
      { ...MIXED, samplers: [SAMP], aggregators: [{ ...AGG, auth: "ovis", munge: "none" }] },
      ["aggregators[0].munge: pulls from `samp`, which accepts only munge: `none` | leave `munge` of the aggregator out"],
    ],
    [
      "two authentications below an aggregator of maestro's",
      {
        samplers: [
          { ...SAMP, hosts: "cygnus-[01-02]", auth: "ovis" },
          { ...SAMP, name: "b", container: "samp-b", hosts: "cygnus-[03-04]" },
        ],
      },
      [
        "aggregators[0]: pulls by `ovis` and `munge`, and maestro knows one authentication for all that an aggregator pulls | give what it pulls one `auth`, or leave `maestro` out: then each aggregator has it in its own file",
      ],
    ],
    [
      "`-a` beside it",
      { samplers: [{ ...SAMP, auth: "ovis", options: ["-a", "ovis"] }] },
      ["samplers[0].options[0]: is written by the plan: `-a` | set `auth`, or `munge`"],
    ],
    [
      "a file of its own beside it",
      { samplers: [{ ...SAMP, auth: "ovis", options: ["-A", "conf=/opt/ovis/etc/secret.conf"] }] },
      [
        "samplers[0].options: has an argument for the authentication `ovis`, whose file is the plan's: `conf=/opt/ovis/etc/secret.conf` | set the secret `ovisSecret`",
      ],
    ],
    [
      "a munge socket that the container does not have",
      { samplers: [{ ...SAMP, options: ["-A", "socket=/run/nersc-munge/munge.socket"] }] },
      [
        "samplers[0].options: has a munge socket in a folder that its container does not have: `/run/nersc-munge/munge.socket` | munge: { socketDir: FOLDER } for where the hosts have it; in the container it is in /run/munge",
      ],
    ],
    [
      "a munge socket by a step upwards",
      { samplers: [{ ...SAMP, options: ["-Asocket=/run/munge/../docker.sock"] }] },
      [
        "samplers[0].options: has a munge socket in a folder that its container does not have: `/run/munge/../docker.sock` | munge: { socketDir: FOLDER } for where the hosts have it; in the container it is in /run/munge",
      ],
    ],
    [
      "a munge socket behind a flag",
      { samplers: [{ ...SAMP, options: ["-FA", "socket=/run/other place"] }] },
      [
        "samplers[0].options: has a munge socket in a folder that its container does not have: `/run/other place` | munge: { socketDir: FOLDER } for where the hosts have it; in the container it is in /run/munge",
      ],
    ],
    [
      "a folder of a socket without the hosts' munge",
      { munge: { mode: "none", socketDir: "/run/m" } },
      ["munge.socketDir: has no effect without `mode: host`: `/run/m`"],
    ],
    [
      "a folder that is no path",
      { munge: { mode: "host", socketDir: "run/m" } },
      ["munge.socketDir: must be an absolute path other than `/`, without `:`, `.` and `..`: `run/m`"],
    ],
  ];
  for (const [what, changes, expected, facts = FACTS] of BAD) {
    it(`report ${what}`, () => assert.deepEqual(problems(changes, facts), expected));
  }
});
