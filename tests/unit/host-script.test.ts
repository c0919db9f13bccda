import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderDeliveryInput } from "../../plan/delivery/deliver-files";
import { WRAP_CONTENT } from "../../plan/fan-out/batch-body";
import { renderHostScript } from "../../plan/fan-out/host-script";
import { containerOf, examplePlan, NO_FACTS, readStack, type Values } from "./example-stack";

const DIGEST = `sha256:${"1".repeat(64)}`;
const REFERENCE = `reg.site:5000/ovishpc/ldms-samp@${DIGEST}`;

const LIGHT = join(__dirname, "../../bench/light");

/** The script for the samplers of cygnus, run by sh beside the stand-in of docker that the light hosts have. */
class OneHost {
  readonly folder = mkdtempSync(join(tmpdir(), "ldms-host-"));
  facts = NO_FACTS;
  reference = REFERENCE;

  constructor() {
    mkdirSync(join(this.folder, "bin"));
    for (const name of ["run-seconds", "pull-seconds"]) writeFileSync(join(this.folder, name), "0\n");
    this.program("sleep", `echo "$1" >>${this.folder}/slept`);
    this.docker("");
    // Whoever runs the tests, the files are root's.
    this.program("chown", "exit 0");
    this.program("find", `/usr/bin/find "$@" | sed 's/[0-9]*:[0-9]*$/0:0/'`);
  }

  /** From now on, the stand-in answers what `cases` says, of a `case` of its words. */
  docker(cases: string): void {
    const log = `echo "$1" >>${this.folder}/asked; [ "$1" != run ] || printf '%s\\n' "$@" >>${this.folder}/run`;
    this.program("docker", `${log}\ncase $* in ${cases} esac\nexec ${LIGHT}/docker "$@"`);
  }

  /** From now on, a line in `begun` for each start of one. */
  count(...names: readonly string[]): void {
    for (const name of names) this.program(name, `echo ${name} >>${this.folder}/begun\nexec /usr/bin/${name} "$@"`);
  }

  program(name: string, body: string): void {
    const path = join(this.folder, "bin", name);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
  }

  run(changes: Values, ...args: readonly string[]): string {
    const plan = examplePlan({ method: "fan-out", munge: { mode: "none" }, ...changes }, this.facts);
    const scope = { stack: plan.stack, fanOut: plan.fanOut!, images: plan.images };
    const group = plan.fanOut!.groups[0]!;
    // What a head puts in front of the script.
    const content = renderDeliveryInput(group.files, () => "");
    const wrapped = execFileSync("sh", ["-c", `${WRAP_CONTENT}wrap_content`], { input: content, encoding: "utf8" });
    const script = renderHostScript(scope, group, new Map([["ldms-samp", this.reference]]));
    // No file of a test goes to where those of a deployment are.
    const input = wrapped + script.replaceAll("/var/lib/ldms", `${this.folder}/ldms`);
    const env = {
      PATH: [join(this.folder, "bin"), LIGHT, "/usr/bin:/bin"].join(":"),
      LIGHT_STATE: this.folder,
      SSH_CONNECTION: "here 1 198.19.0.1 22",
    };
    const { stdout, stderr } = spawnSync("sh", ["-s", "--", ...args], { input, encoding: "utf8", env });
    assert.equal(stderr, "");
    return stdout.trimEnd().replaceAll(`${this.folder}/ldms`, "/var/lib/ldms");
  }

  read(name: string): string[] {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
  }
}

describe("renderHostScript", () => {
  const HEALTH = "/var/lib/ldms/cygnus/samp/health:deliver";
  const CONF = "/var/lib/ldms/cygnus/samp/ldmsd.conf:deliver";
  const MIRRORS = { images: { mirrors: [{ hosts: "cygnus-[01-02]", registry: "rack1:5000" }] } };
  let host: OneHost;
  beforeEach(() => {
    host = new OneHost();
  });
  afterEach(() => rmSync(host.folder, { recursive: true }));

  it("pulls from the registry of the image, and from the mirror of a host that has one", () => {
    assert.equal(host.run(MIRRORS, "cygnus-03", "apply", "0"), `ok ${HEALTH} ${CONF} samp:create`);
    assert.deepEqual(host.read("198.19.0.1.images"), [REFERENCE]);
    assert.equal(host.run(MIRRORS, "cygnus-01", "pull", "0", "rack1:5000"), "ok");
    assert.deepEqual(host.read("198.19.0.1.images").slice(1), [`rack1:5000/ovishpc/ldms-samp@${DIGEST}`]);
  });

  it("pulls without starting anything, and what is here not again", () => {
    assert.equal(host.run({}, "cygnus-01", "pull", "0"), "ok");
    assert.equal(host.run({}, "cygnus-01", "pull", "0"), "ok");
    assert.deepEqual(host.read("198.19.0.1.images"), [REFERENCE]);
    assert.deepEqual(host.read("198.19.0.1.started"), []);
  });

  it("restarts nothing when a host gets another mirror with the same image", () => {
    host.run({}, "cygnus-01", "apply", "0");
    assert.equal(host.run(MIRRORS, "cygnus-01", "apply", "0", "rack1:5000"), "ok samp:same");
    assert.deepEqual(host.read("198.19.0.1.started"), ["samp"]);
  });

  it("tells an ldmsd the number and the name of the host that it runs for", () => {
    host.run({}, "cygnus-03", "apply", "0");
    const words = host.read("run");
    assert.deepEqual(
      words.filter((_, i) => words[i - 1] === "--env"),
      ["COMPID=3", "COMPONENT_ID=3", "HOSTNAME=cygnus-03"],
    );
  });

  it("tells it the id that comes with the host, and replaces the container of another one", () => {
    const idsOf = () => host.read("run").filter((word) => /^(COMPID|COMPONENT_ID)=/.test(word));
    host.run({}, "cygnus-03", "apply", "0", "=", "2203");
    assert.deepEqual(idsOf(), ["COMPID=2203", "COMPONENT_ID=2203"]);
    const [spec] = host.read("run").filter((word) => word.startsWith("ldms.spec="));
    const plan = examplePlan({ method: "fan-out", munge: { mode: "none" }, componentIds: { "cygnus-03": 2203 } });
    assert.equal(spec, `ldms.spec=${containerOf(plan, "cygnus-03", "samp").labels["ldms.spec"]}`);
    assert.equal(host.run({}, "cygnus-03", "check", "0", "=", "2203"), "ok samp:same");
    assert.equal(host.run({}, "cygnus-03", "check", "0", "=", "2204"), "ok samp:replace");
    assert.equal(host.run({}, "cygnus-03", "check", "0"), "ok samp:replace");
  });

  it("takes an id that is the number in the name for none of its own", () => {
    host.run({}, "cygnus-03", "apply", "0");
    assert.equal(host.run({}, "cygnus-03", "check", "0", "=", "3"), "ok samp:same");
  });

  it("delivers an ldmsd's files, and starts no container anew that has them", () => {
    assert.equal(host.run({}, "cygnus-01", "apply", "0"), `ok ${HEALTH} ${CONF} samp:create`);
    assert.match(host.read("ldms/cygnus/samp/ldmsd.conf")[1]!, /^load name=meminfo$/);
    assert.equal(host.run({}, "cygnus-01", "apply", "0"), "ok samp:same");
    const samplers = [{ hosts: "cygnus-[01-04]", plugins: [{ name: "meminfo", interval: "4s" }] }];
    assert.equal(host.run({ samplers }, "cygnus-01", "apply", "0"), `ok ${CONF} samp:replace`);
    assert.equal(host.read("ldms/cygnus/samp/ldmsd.conf").at(-1), "start name=meminfo interval=4s");
  });

  it("finds each file that is another one: its content, its mode, or that it is gone", () => {
    host.run({}, "cygnus-01", "apply", "0");
    const [health, conf] = ["health", "ldmsd.conf"].map((name) => join(host.folder, "ldms/cygnus/samp", name));
    const check = () => host.run({}, "cygnus-01", "check", "0");
    assert.equal(check(), "ok samp:same");
    writeFileSync(conf!, `${readFileSync(conf!, "utf8")}\n`);
    assert.equal(check(), `ok ${CONF} samp:same`);
    chmodSync(health!, 0o777);
    assert.equal(check(), `ok ${HEALTH} ${CONF} samp:same`);
    rmSync(health!);
    assert.equal(check(), `ok ${HEALTH} ${CONF} samp:same`);
    host.run({}, "cygnus-01", "apply", "0");
    assert.equal(check(), "ok samp:same");
    writeFileSync(join(host.folder, "ldms/cygnus/samp/other"), "");
    assert.equal(check(), "ok /var/lib/ldms/cygnus/samp/other:remove samp:same");
  });

  it("leaves files as they are that are as planned, and writes all where one is not, or where nothing there tells a secret's content", () => {
    const conf = join(host.folder, "ldms/cygnus/samp/ldmsd.conf");
    const idOf = () => statSync(conf).ino;
    host.run({}, "cygnus-01", "apply", "0");
    const first = idOf();
    const [samplers] = readStack("cygnus")["samplers"] as [Values];
    const otherContainer = { samplers: [{ ...samplers, env: { LDMS_TEST: "1" } }] };
    assert.equal(host.run(otherContainer, "cygnus-01", "apply", "0"), "ok samp:replace");
    assert.equal(idOf(), first);
    rmSync(join(host.folder, "ldms/cygnus/samp/health"));
    host.run(otherContainer, "cygnus-01", "apply", "0");
    const second = idOf();
    assert.notEqual(second, first);
    const fact = { lengthBytes: 44, isUniform: false, fingerprint: "0a" };
    host.facts = { ...NO_FACTS, secrets: { word: fact, ovisSalt: fact } };
    const withSecret = () => {
      const files = [{ path: "/etc/word", secret: "word" }];
      return host.run({ samplers: [{ ...samplers, files }] }, "cygnus-01", "apply", "0");
    };
    withSecret();
    const third = idOf();
    assert.equal(withSecret(), "ok samp:same");
    assert.notEqual(idOf(), third);
  });

  describe("of a container that runs", () => {
    const TAG = "reg.site:5000/ovishpc/ldms-samp:4.5.3";
    const ask = (cases: string): readonly [string, readonly string[]] => {
      rmSync(join(host.folder, "asked"));
      host.docker(cases);
      return [host.run({}, "cygnus-01", "check", "0"), host.read("asked")];
    };
    const told = (image: string, name = "samp") =>
      `*.Names*) echo "${name} ${image} running samp $(cut -d' ' -f5 ${host.folder}/198.19.0.1/samp)"; exit ;;`;

    it("asks the engine once where the image is named by its content", () => {
      host.run({}, "cygnus-01", "apply", "0");
      assert.deepEqual(ask(""), ["ok samp:same", ["ps"]]);
      const OTHER = told(REFERENCE.replaceAll("1", "2"));
      assert.deepEqual(ask(OTHER), ["ok samp:same", ["ps", "image", "inspect"]]);
      assert.deepEqual(ask(`${OTHER} inspect*) echo sha256:other; exit ;;`), ["ok samp:replace", ["ps", "image", "inspect"]]);
    });

    it("asks for the image where a tag names it", () => {
      host.reference = TAG;
      host.run({}, "cygnus-01", "apply", "0");
      const MOVED = '"image inspect"*) echo sha256:other; exit ;;';
      assert.deepEqual(ask(""), ["ok samp:same", ["ps", "image", "inspect"]]);
      assert.deepEqual(ask(MOVED), ["ok samp:replace", ["ps", "image", "inspect"]]);
      assert.deepEqual(ask(told("sha256:light")), ["ok samp:same", ["ps", "image"]]);
      assert.deepEqual(ask(`${told("sha256:light")} ${MOVED}`), ["ok samp:replace", ["ps", "image"]]);
    });

    it("asks as old engines are asked where one does not answer in one word each", () => {
      host.run({}, "cygnus-01", "apply", "0");
      const ASKED = ["ps", "ps", "inspect", "image"];
      for (const cases of [told(REFERENCE, "samp,ui/samp"), told("<no value>"), "*.Names*) exit 1 ;;"])
        assert.deepEqual(ask(cases), ["ok samp:same", ASKED], cases);
      assert.deepEqual(ask(`*.Names*) exit 1 ;; "image inspect"*) echo sha256:other; exit ;;`), ["ok samp:replace", ASKED]);
    });
  });

  it("gives each file its mode and its owner, whatever there was before", () => {
    host.program("chown", `echo "$@" | sed 's,${host.folder}/ldms/cygnus/,,' >>${host.folder}/given`);
    const conf = join(host.folder, "ldms/cygnus/samp/ldmsd.conf");
    const modes = () => ["health", "ldmsd.conf"].map((name) => statSync(join(host.folder, "ldms/cygnus/samp", name)).mode & 0o777);
    const isRoot = process.getuid?.() === 0;
    host.run({}, "cygnus-01", "apply", "0");
    assert.deepEqual(modes(), [0o755, 0o644]);
    assert.deepEqual(host.read("given"), isRoot ? [] : ["0:0 samp/health", "0:0 samp/ldmsd.conf"]);
    // What a delivery that was cut off has left, and a file that somebody has taken.
    writeFileSync(`${conf}.new`, "", { mode: 0o666 });
    chmodSync(conf, 0o606);
    host.run({}, "cygnus-01", "apply", "0");
    assert.deepEqual(modes(), [0o755, 0o644]);
    if (!isRoot) return;
    // Files of a folder that hands its group down.
    chownSync(join(host.folder, "ldms/cygnus/samp"), 0, 65_534);
    chmodSync(join(host.folder, "ldms/cygnus/samp"), 0o2755);
    rmSync(conf);
    host.run({}, "cygnus-01", "apply", "0");
    assert.ok(host.read("given").includes("0:0 samp/ldmsd.conf.new"));
  });

  it("knows its files behind a link to their folder, and what has a blank in its name for a stranger's", () => {
    host.run({}, "cygnus-01", "apply", "0");
    renameSync(join(host.folder, "ldms/cygnus/samp"), join(host.folder, "elsewhere"));
    symlinkSync(join(host.folder, "elsewhere"), join(host.folder, "ldms/cygnus/samp"));
    assert.equal(host.run({}, "cygnus-01", "check", "0"), "ok samp:same");
    writeFileSync(join(host.folder, "ldms/cygnus/ldmsd.conf copy"), "");
    assert.equal(host.run({}, "cygnus-01", "check", "0"), "ok /var/lib/ldms/cygnus/ldmsd.conf copy:remove samp:same");
  });

  it("looks at all files of a host by two processes, and by none where there can be none", () => {
    host.count("sha256sum", "find");
    host.run({}, "cygnus-01", "check", "0");
    host.run({}, "cygnus-01", "apply", "0");
    assert.deepEqual(host.read("begun"), []);
    host.run({}, "cygnus-01", "check", "0");
    assert.deepEqual(host.read("begun"), ["find", "sha256sum"]);
  });

  it("knows its files where `find` cannot print more than their names, as busybox's", () => {
    host.program("find", `case $* in *-printf*) exit 1 ;; esac\n/usr/bin/find "$@" | sed 's/[0-9]*:[0-9]*$/0:0/'`);
    assert.equal(host.run({}, "cygnus-01", "apply", "0"), `ok ${HEALTH} ${CONF} samp:create`);
    assert.equal(host.run({}, "cygnus-01", "check", "0"), "ok samp:same");
    chmodSync(join(host.folder, "ldms/cygnus/samp/ldmsd.conf"), 0o600);
    writeFileSync(join(host.folder, "ldms/cygnus/samp/other"), "");
    assert.equal(host.run({}, "cygnus-01", "check", "0"), `ok ${CONF} /var/lib/ldms/cygnus/samp/other:remove samp:same`);
  });

  describe("of a container that was taken over as it ran", () => {
    const OWNED = "ldms/cygnus@owned";
    const plan = examplePlan({ method: "fan-out", munge: { mode: "none" } });
    const spec = containerOf(plan, "cygnus-01", "samp").labels["ldms.spec"]!;
    const own = (made: string) => writeFileSync(join(host.folder, OWNED), `samp ${made} samp\n`);
    beforeEach(() => {
      // Its files are there, and it has no label; in this stand-in the id is the name.
      host.run({}, "cygnus-01", "apply", "0");
      writeFileSync(join(host.folder, "198.19.0.1/samp"), "/samp sha256:light running samp \n");
    });

    it("leaves it alone as long as the plan is what it counts as made from", () => {
      own(spec);
      assert.equal(host.run({}, "cygnus-01", "apply", "0"), "ok samp:same");
      own("5e");
      assert.equal(host.run({}, "cygnus-01", "check", "0"), "ok samp:replace");
    });

    it("leaves one alone that is held, whatever it was made from", () => {
      own("held");
      assert.equal(host.run({}, "cygnus-01", "apply", "0"), "ok samp:same");
    });

    it("counts it as one of another plan where no record has its id", () => {
      assert.equal(host.run({}, "cygnus-01", "check", "0"), "ok samp:replace");
    });
  });

  it("waits by its name before a pull, and only then", () => {
    const jitter = { fanOut: { pulls: { jitter: "30s" } } };
    host.run(jitter, "cygnus-01", "check", "0");
    assert.deepEqual(host.read("slept"), []);
    host.run(jitter, "cygnus-01", "apply", "0");
    host.run(jitter, "cygnus-01", "apply", "0");
    const [seconds, ...more] = host.read("slept").map(Number);
    assert.ok(seconds! >= 0 && seconds! <= 30 && more.length === 0, `${seconds} ${more}`);
  });
});
