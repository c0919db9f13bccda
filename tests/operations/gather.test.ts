import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { foldGathered } from "../../operations/gather/fold-gathered";
import { followLogs, type LogTarget } from "../../operations/gather/follow-logs";
import { type GatherArgs, type Gathered, gather, isGood } from "../../operations/gather/gather";
import { keptBytes, MOST_BYTES, renderInContainer, renderLogsLine, renderUserLine } from "../../operations/gather/gather-script";
import { pickContainers, pickHosts } from "../../operations/gather/pick-targets";
import { BadInputError } from "../../plan/problems/errors";
import { showOutput } from "../../plan/text/text";
import { examplePlan } from "../unit/example-stack";
import { withPrograms } from "./fake-programs";

const plan = examplePlan();

/** Does here what the host is told to do, which finds its own name in $AT. */
const SSH = `while [ $# -gt 2 ]; do shift; done
export AT="\${1#root@}"
case $AT in cygnus-04) echo 'ssh: connect to host cygnus-04 port 22: No route to host' >&2; exit 255 ;; esac
exec sh -c "$2"`;

const onHosts = (hosts: string) => pickHosts(plan, { hosts }).map((host) => ({ host }));
const run = (hosts: string, line: string, more: Partial<GatherArgs> = {}) =>
  withPrograms({ ssh: SSH }, () => gather(onHosts(hosts), { step: "exec", lineFor: () => line, seconds: 10, ...more }));
const fold = (results: readonly Gathered[], more = {}) => foldGathered({ stack: "s", results }, { show: showOutput, ...more });

describe("gather", () => {
  it("brings output, errors and exit code of each host", async () => {
    assert.deepEqual(await run("cygnus-[01,04]", "echo $AT; echo why >&2; exit 3"), [
      { host: "cygnus-01", output: "cygnus-01\nwhy", exitCode: 3 },
      { host: "cygnus-04", output: "", failure: "unreachable: no route to host" },
    ]);
  });

  it("gives the command no input, not even the rest of its own script", async () => {
    assert.deepEqual(await run("cygnus-01", "cat; printf end"), [{ host: "cygnus-01", output: "end", exitCode: 0 }]);
  });

  it("keeps a MiB of a host, lets the command go on, and says so", async () => {
    const [one] = await run("cygnus-01", `yes 0123456 | head -c ${2 * MOST_BYTES}; exit 5`);
    assert.deepEqual([one!.output.length, one!.exitCode, one!.isCut], [MOST_BYTES - 1, 5, true]);
  });

  it("keeps 256 MiB of all", () => assert.deepEqual([keptBytes(256), keptBytes(10_000)], [MOST_BYTES, 26_843]));

  it("ends a command in time, and keeps what it said", async () => {
    assert.deepEqual(await run("cygnus-01", "echo begun; sleep 30", { seconds: 1 }), [
      { host: "cygnus-01", output: "begun", failure: "no end within 1 s" },
    ]);
  });

  it("takes a command that was killed for no late one", async () => {
    const [killed] = await run("cygnus-01", "kill -9 $$");
    assert.deepEqual([killed!.exitCode, killed!.failure], [137, undefined]);
  });

  it("keeps what has come when it is interrupted, and names the others", async () => {
    const controller = new AbortController();
    const began = Date.now();
    setTimeout(() => controller.abort(), 5000);
    const results = await run("cygnus-[01-03]", "case $AT in *3) sleep 30 ;; *) echo done ;; esac", {
      seconds: 60,
      signal: controller.signal,
    });
    assert.ok(Date.now() - began < 15_000);
    assert.deepEqual(fold(results), [
      "---------------",
      "cygnus-[01-02] (2)",
      "---------------",
      "done",
      "cygnus-03: was interrupted before it ended",
    ]);
  });
});

describe("renderUserLine, renderInContainer", () => {
  it("take one word for a line of shell, and several for a program and its arguments", () => {
    assert.equal(renderUserLine(["df -h | tail -1"]), "df -h | tail -1");
    assert.equal(renderUserLine(["echo", "a b", "$(id)"]), "echo 'a b' '$(id)'");
    assert.equal(renderInContainer("agg1", ["df -h | tail -1"]), "docker exec agg1 sh -c 'df -h | tail -1'");
    assert.equal(renderInContainer("agg1", ["ls", "a b"]), "docker exec agg1 ls 'a b'");
    assert.equal(renderLogsLine("agg1", {}), "docker logs --tail 20 agg1");
    assert.equal(renderLogsLine("agg1", { tail: "all", since: "10m" }, ["--follow"]), "docker logs --follow --tail all --since=10m agg1");
  });
});

describe("pickHosts, pickContainers", () => {
  const containers = (selection: Parameters<typeof pickContainers>[1]) =>
    pickContainers(plan, selection).map(({ host, container }) => `${host.name}:${container}`);

  it("narrow by hostlist, role and name", () => {
    assert.deepEqual(containers({ role: "aggregator" }), ["cygnus-05:agg1", "cygnus-06:agg1", "cygnus-07:agg2"]);
    assert.deepEqual(containers({ hosts: "cygnus-[04-07],-cygnus-06", role: "aggregator" }), ["cygnus-05:agg1", "cygnus-07:agg2"]);
    assert.deepEqual(containers({ container: "agg2" }), ["cygnus-07:agg2"]);
    assert.equal(pickHosts(plan, {}).length, plan.hosts.length);
  });

  it("say what the stack has not", () => {
    const message = (pick: () => unknown) => {
      try {
        pick();
      } catch (error) {
        assert.ok(error instanceof BadInputError);
        return error.message;
      }
      return assert.fail("nothing was wrong");
    };
    assert.equal(
      message(() => pickHosts(plan, { hosts: "cygnus-[01,09]" })),
      "--hosts: not of stack `cygnus`, or without a container of it: `cygnus-09`\nhelp: its hosts are cygnus-[01-07]",
    );
    assert.equal(
      message(() => pickContainers(plan, { hosts: "cygnus-01", role: "grafana", container: "x" })),
      "ldms -s cygnus: no container of the role `grafana` called `x` on these hosts\nhelp: `ldms status -s cygnus` lists them",
    );
    assert.match(
      message(() => pickHosts(plan, { hosts: "cygnus-[01" })),
      /^hostlist: /,
    );
  });
});

describe("foldGathered", () => {
  const one = (host: string, output: string, exitCode = 0, container?: string): Gathered => ({
    ...{ host, output, exitCode },
    ...(container !== undefined && { container }),
  });

  it("has a block for hosts with one output and one exit code, the largest first", () => {
    const results = [one("n1", "a", 1), one("n2", "a"), one("n3", "a"), one("n4", ""), one("n5", "", 2), one("n6", "b\nc")];
    const rule = "---------------";
    assert.deepEqual(fold(results), [
      ...[rule, "n[2-3] (2)", rule, "a"],
      ...[rule, "n1 (1): exit code 1", rule, "a"],
      ...[rule, "n6 (1)", rule, "b\nc"],
      ...["n4: no output", "n5: exit code 2"],
    ]);
    assert.equal(isGood({ stack: "s", results }), false);
    assert.equal(isGood({ stack: "s", results: results.slice(1, 4) }), true);
  });

  it("names containers where several are asked", () => {
    const results = [one("n1", "a", 0, "samp"), one("n2", "a", 0, "agg1"), one("n3", "a", 0, "samp")];
    assert.equal(fold(results)[1], "n[1,3]:samp, n2:agg1 (3)");
    assert.equal(fold(results.slice(0, 1))[1], "n1 (1)");
  });

  it("with a diff has the most frequent output, and of the others what differs", () => {
    const results = [one("n1", "x\nsame\n1"), one("n2", "x\nsame\n1"), one("n3", "x\nsame\n2"), one("n4", "x\nsame\n1", 1)];
    const lines = fold(results, { isDiff: true });
    assert.deepEqual(lines.slice(3, 4), ["x\nsame\n1"]);
    assert.deepEqual(lines.slice(4), [
      ...["---------------", "n3 (1)", "---------------", "@@ -1,3 +1,3 @@\n x\n same\n-1\n+2"],
      ...["---------------", "n4 (1): exit code 1", "---------------", "the same output"],
    ]);
  });

  it("lets no host steer the terminal, neither by its output nor by its last words", () => {
    const results = [one("n1", "a\tb\u001b]0;t\u0007\r\u202e"), { host: "n2", output: "", failure: "unreachable: \u001b[2J" }];
    assert.deepEqual(fold(results).slice(3), ["a\tb\\u001b]0;t\\u0007\\r\\u202e", "n2: unreachable: \\u001b[2J"]);
  });
});

describe("followLogs", () => {
  const targets = () => pickContainers(plan, { hosts: "cygnus-[04-06]" }) as readonly LogTarget[];
  const DOCKER = `echo "$AT $*"; case $AT in *6) echo last >&2; exit 0 ;; esac; exec sleep 30`;

  it("hands on lines as they come, tells whose log has ended, and stops at the signal", async () => {
    const controller = new AbortController();
    const [lines, ends]: [string[], string[]] = [[], []];
    const name = ({ host, container }: LogTarget) => `${host.name}:${container}`;
    const began = Date.now();
    await withPrograms({ ssh: SSH, docker: DOCKER }, async () => {
      const following = followLogs(targets(), {
        tail: 5,
        onLine: (target, line) => void lines.push(`${name(target)}: ${line}`),
        onEnd: (target, reason) => void ends.push(`${name(target)}: ${reason}`),
        signal: controller.signal,
      });
      while (lines.length < 3 || ends.length < 2) await sleep(50);
      controller.abort();
      await following;
    });
    assert.ok(Date.now() - began < 10_000);
    assert.deepEqual(lines.sort(), [
      "cygnus-05:agg1: cygnus-05 logs --follow --tail 5 agg1",
      "cygnus-06:agg1: cygnus-06 logs --follow --tail 5 agg1",
      "cygnus-06:agg1: last",
    ]);
    assert.deepEqual(ends.sort(), ["cygnus-04:samp: no route to host", "cygnus-06:agg1: its container has stopped"]);
  });
});
