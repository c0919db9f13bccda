import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSite } from "../../automation";
import { renderSweepResult, sweepHosts } from "../../operations/observe/sweep";
import { assertReady, type NotReady } from "../../operations/observe/sweep-findings";
import { probeNeeds } from "../../operations/preflight/check-host";
import { preflight } from "../../operations/preflight/preflight";
import { renderProbe } from "../../operations/preflight/probe-script";
import { renderHostScript } from "../../plan/fan-out/host-script";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import { renderSweepHost } from "../../plan/fan-out/sweep-host";
import { examplePlan } from "../unit/example-stack";
import { withPrograms } from "./fake-programs";

/** An engine that has nothing, before a registry that has nothing either. */
const DOCKER = `case "$1" in
version) echo 26.1.5 ;;
image) exit 1 ;;
system) printf 'HTTP/1.1 404 Not Found\\r\\n\\r\\n' ;;
esac`;
const PROGRAMS = { docker: DOCKER };

describe("a sweep of hosts with something to do", function () {
  this.timeout(60_000);
  let folder: string;
  let server: Server;
  beforeEach(async () => {
    // Not below /tmp: a rule wants stores on a disk.
    folder = mkdtempSync("/var/tmp/ldms-sweep-probes-");
    process.env["XDG_STATE_HOME"] = folder;
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, resolve));
  });
  afterEach(() => {
    delete process.env["XDG_STATE_HOME"];
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** This machine as a host with a sampler and an aggregator, whose port is taken, whose store has a file in its way, and whose names nobody knows. */
  function stack() {
    writeFileSync(join(folder, "store"), "");
    const store = { name: "csv", plugin: "store_csv", schema: "meminfo", container: "c", path: "/store", hostPath: join(folder, "store") };
    return {
      ...{ hosts: "cygnus-01", ssh: { local: true }, method: "fan-out", xprt: "sock", munge: { mode: "none" } },
      interconnect: "{host}.invalid",
      images: { references: { "ldms-samp": "reg.invalid:5000/x/samp:1", "ldms-agg": "reg.invalid:5000/x/agg:1" } },
      samplers: [{ hosts: "cygnus-01", port: (server.address() as AddressInfo).port, plugins: [{ name: "meminfo", interval: "1s" }] }],
      aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-01", port: 4199, interval: "1s", stores: [{ ...store, flush: "10s" }] }],
      ...{ maestro: undefined, ui: undefined, grafana: undefined },
    };
  }

  const WANTED = [
    /^port \d+ \(ldmsd of `samp`\) is held by `.*`, process \d+$/,
    /^folder `.*\/store` cannot be made: `.*\/store` is a file$/,
    /^names that its aggregator dials do not resolve: `cygnus-01\.invalid`$/,
    /^image `reg\.invalid:5000\/x\/(samp|agg):1` is not in registry `reg\.invalid:5000`$/,
    /^image `reg\.invalid:5000\/x\/(samp|agg):1` is not in registry `reg\.invalid:5000`$/,
  ];

  it("says what preflight says", async () => {
    const plan = examplePlan(stack());
    const [sweep, report] = await withPrograms(PROGRAMS, () =>
      Promise.all([sweepHosts(plan, listFanOuts(plan), { isKeeping: false }), preflight(plan)]),
    );
    const [ready] = sweep.notReady ?? [];
    assert.equal(ready?.host, "cygnus-01");
    for (const [i, wanted] of WANTED.entries()) assert.match(ready!.problems[i]?.message ?? "", wanted);
    assert.equal(ready!.problems.length, WANTED.length);
    assert.deepEqual(ready!.problems, report.hosts[0]!.problems);
    const told = renderSweepResult(sweep).join("\n");
    assert.match(told, /^cygnus-01: samp: to create$/m);
    assert.match(told, /^cygnus-01: not ready: port \d+ .*$/m);
    assert.match(told, /^ {2}help: give them to the hosts' \/etc\/hosts or DNS, or correct `ldms:interconnect`$/m);
  });

  it("shows it in the preview, and lets an update register nothing", async () => {
    const config = Object.fromEntries(Object.entries(stack()));
    await withPrograms(PROGRAMS, async () => {
      const site = await openSite({ stack: "dev", folder, backendUrl: `file://${folder}`, passphrase: "p", engine: "embedded", config });
      const preview = site.preview();
      const said: string[] = [];
      for await (const { diagnosticEvent } of preview) if (diagnosticEvent) said.push(diagnosticEvent.message);
      await preview.result;
      assert.match(said.join(""), /cygnus-01: not ready: names that its aggregator dials do not resolve/);
      await assert.rejects(site.up({ keep: false }).result, (error: Error) => {
        assert.match(error.message, /batch \S+: 1 of 1 hosts not ready, and 0 may fail/);
        assert.match(error.message, /nothing was changed/);
        return true;
      });
      const { resources = [] } = (await site.export()).deployment;
      assert.deepEqual(
        resources.filter(({ custom }) => custom).map(({ type }) => type),
        [],
      );
    });
  });
});

describe("assertReady", () => {
  const plan = examplePlan({ method: "fan-out", fanOut: { serial: [1, "100%"], maxFail: "34%" } });
  const notReady = (...hosts: readonly string[]): NotReady[] =>
    hosts.map((host) => ({ host, problems: [{ subject: "port", message: "port 411 (ldmsd of `samp`) is held by `ldmsd`, process 7" }] }));

  it("lets as many be as may fail in their batch", () => {
    assertReady(plan, listFanOuts(plan), []);
    assertReady(plan, listFanOuts(plan), notReady("cygnus-03"));
  });

  it("stops before a batch that would fail, and says so", () => {
    assert.throws(() => assertReady(plan, listFanOuts(plan), notReady("cygnus-03", "cygnus-04")), {
      name: "HostsNotReadyError",
      message: `cygnus-[03-04]: port 411 (ldmsd of \`samp\`) is held by \`ldmsd\`, process 7
batch samp-2: 2 of 3 hosts not ready, and 1 may fail
nothing was changed: cygnus-[03-04]: port 411 (ldmsd of \`samp\`) is held by \`ldmsd\`, process 7`,
    });
    for (const host of ["cygnus-01", "cygnus-05"])
      assert.throws(() => assertReady(plan, listFanOuts(plan), notReady(host)), /: 1 of \d hosts not ready, and 0 may fail/);
  });
});

/** What can be `sh` on a host. */
const SHELLS = [["dash"], ["busybox", "sh"], ["bash"]] as const;

describe("a sweep's question to an engine", () => {
  const plan = examplePlan({
    ...{ hosts: "cygnus-01", ssh: { local: true }, method: "fan-out", xprt: "sock", munge: { mode: "none" } },
    images: { references: { "ldms-samp": `x/samp@sha256:${"1".repeat(64)}` } },
    samplers: [{ hosts: "cygnus-01", container: "samp", plugins: [{ name: "meminfo", interval: "1s" }] }],
    ...{ aggregators: [], maestro: undefined, ui: undefined, grafana: undefined },
  });
  const [fanOut] = listFanOuts(plan);
  const [group] = fanOut!.groups;
  const { labels, image } = group!.containers[0]!;
  const reference = `x/samp@sha256:${"1".repeat(64)}`;
  const script = renderSweepHost(
    renderHostScript({ stack: plan.stack, fanOut: fanOut!, images: plan.images }, group!, new Map([[image, reference]])),
    { script: renderProbe({ ...probeNeeds(plan, plan.hosts[0]!, "n"), hasEngineAnswered: true }) },
  );
  const rowOf = (name: string, stack: string, spec: string) => `${name} ${reference} running ${name.repeat(4)} stack=${stack} ${spec}`;
  const own = rowOf("samp", plan.stack, labels["ldms.spec"]!);

  /** Its answer on a host whose engine has these, with the commands that it was asked by. Whatever is left on stdin, its docker reads. */
  function sweep(shell: readonly string[], rows: readonly string[], end = "") {
    const folder = mkdtempSync(join(tmpdir(), "ldms-asked-"));
    const of = (row: string) => row.split(" ");
    const filtered = rows.filter((row) => row.includes(`stack=${plan.stack} `)).map((row) => row.replace(/ stack=\S*/, ""));
    const all = rows
      .map(of)
      .map(([name, , state, id, stack = ""]) => `container\t${id}\t${name}\t${stack.slice("stack=".length)}\t${state}`);
    writeFileSync(
      join(folder, "docker"),
      `#!/bin/sh
cat >/dev/null
case $* in
*'stack={{'*) echo all >>${folder}/asked; cat <<'ROWS'
${rows.join("\n")}
ROWS
${end} ;;
*--filter*) echo own >>${folder}/asked; cat <<'ROWS'
${filtered.join("\n")}
ROWS
;;
ps*) echo probe >>${folder}/asked; cat <<'ROWS'
${all.join("\n")}
ROWS
;;
info*) echo /tmp ;;
*) exit 1 ;;
esac
`,
      { mode: 0o755 },
    );
    try {
      const [program, ...words] = shell;
      const env = { PATH: `${folder}:/usr/bin:/bin:/usr/sbin:/sbin` };
      const input = script.replaceAll("/var/lib/ldms", join(folder, "ldms"));
      const { stdout } = spawnSync(program!, [...words, "-s", "--", "cygnus-01", "check", "0"], { input, env, encoding: "utf8" });
      const lines = stdout.trimEnd().replaceAll(`${folder}/ldms`, "").split("\n");
      const containers = lines.filter((line) => line.startsWith("probe\tcontainer\t")).map((line) => line.split("\t").slice(3));
      const [asked, last] = [
        readFileSync(join(folder, "asked"), "utf8").trim().split("\n"),
        lines.at(-1)?.split(" ").slice(0, 2).join(" "),
      ];
      return { asked, last, containers };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  for (const shell of SHELLS)
    describe(`by ${shell.join(" ")}`, () => {
      before(function () {
        if (spawnSync(shell[0], [...shell.slice(1), "-c", "true"]).status !== 0) this.skip();
      });

      it("is one, for what is planned and for what preflight asks", () => {
        const found = sweep(shell, [rowOf("web", "", ""), own, rowOf("old", "other", "5")]);
        // Its files are not there, so there is something to do.
        assert.deepEqual(found.asked, ["all"]);
        assert.match(found.last ?? "", /^ok \S+:deliver$/);
        assert.deepEqual(found.containers, [
          ["web", "", "running"],
          ["samp", plan.stack, "running"],
          ["old", "other", "running"],
        ]);
      });

      it("knows an engine that has nothing from one that does not answer", () => {
        assert.deepEqual(sweep(shell, []), { asked: ["all"], last: "ok /cygnus/samp/health:deliver", containers: [] });
        assert.deepEqual(sweep(shell, [own], "exit 1").asked, ["all", "own", "probe"]);
      });

      it("is several where a name has a comma in it, or the engine does not know the words", () => {
        for (const odd of [rowOf("web/db,db", "", ""), `web <no value> running 5 stack= `])
          assert.deepEqual(sweep(shell, [odd, own]).asked, ["all", "own", "probe"], odd);
      });
    });
});

describe("renderSweepHost", () => {
  /** What a host of this name answers whose own script ends so. */
  function answer(shell: readonly string[], last: string, code: number, host: string): readonly string[] {
    const script = renderSweepHost(`printf 'noise\\n%s\\n' '${last}'\nexit ${code}\n`, {
      script: "printf 'image\\ta\\ncredential\\tMUNGE:x\\nend\\n'\n",
      once: { host: "n1", script: "printf 'asked\\tb\\n'\n", imageCount: 2 },
    });
    const [program, ...words] = shell;
    const { stdout, status } = spawnSync(program!, [...words, "-s", "--", host, "check", "0"], { input: script, encoding: "utf8" });
    return [...stdout.trimEnd().split("\n"), String(status)];
  }

  for (const shell of SHELLS)
    it(`asks those that have something to do, and one of them for all, by ${shell.join(" ")}`, function () {
      if (spawnSync(shell[0], [...shell.slice(1), "-c", "true"]).status !== 0) return this.skip();
      assert.deepEqual(answer(shell, "ok samp:same", 0, "n1"), ["noise", "ok samp:same", "0"]);
      assert.deepEqual(answer(shell, "ok", 0, "n1"), ["noise", "ok", "0"]);
      const probed = ["probe\timage\ta", "probe\tend"];
      assert.deepEqual(answer(shell, "ok samp:same /x/*:deliver", 0, "n2"), [...probed, "noise", "ok samp:same /x/*:deliver", "0"]);
      assert.deepEqual(answer(shell, "ok samp:create", 0, "n1"), [...probed, "probe\tasked\tb", "noise", "ok samp:create", "0"]);
      // What cannot be asked is unknown.
      assert.deepEqual(answer(shell, "failed docker: no", 1, "n1"), ["noise", "failed docker: no", "1"]);
    });
});
