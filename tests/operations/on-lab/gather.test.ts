import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { runOnHost } from "../../../lab/lab";
import { followLogs, type LogTarget } from "../../../operations/gather/follow-logs";
import { gather } from "../../../operations/gather/gather";
import { renderInContainer, renderLogsLine } from "../../../operations/gather/gather-script";
import { pickContainers, pickHosts } from "../../../operations/gather/pick-targets";
import { sketchPlan } from "../lab-plan";
import { DEAD_ADDRESS, needLab, SPARE_HOST } from "./need-lab";

const plan = sketchPlan([
  { name: SPARE_HOST, containers: [["ops-talk", "sampler"]] },
  { name: "cygnus-09", address: DEAD_ADDRESS, containers: [["ops-talk", "sampler"]] },
]);

/** A container with the host's own programs, that counts. */
const COUNTS = 'i=0; while :; do i=$((i + 1)); echo "count $i"; echo "also $i" >&2; sleep 0.5; done';
const BINDS = ["/usr", "/bin", "/lib", "/lib64"].map((path) => `--volume ${path}:${path}:ro`).join(" ");
const RUN = `docker run --detach --name ops-talk ${BINDS} ops-talk sh -c '${COUNTS}'`;

describe("exec and logs, on the lab", function () {
  this.timeout(60_000);
  let isThere = false;
  before(async function () {
    await needLab.call(this);
    isThere = true;
    await runOnHost(SPARE_HOST, `tar -c -T /dev/null | docker import - ops-talk >/dev/null && ${RUN}`);
  });
  after(async () => {
    if (isThere) await runOnHost(SPARE_HOST, "docker rm --force ops-talk >/dev/null; docker rmi ops-talk >/dev/null");
  });

  it("runs on a host, and says which one is dead", async () => {
    const targets = pickHosts(plan, {}).map((host) => ({ host }));
    const [one, dead] = await gather(targets, { step: "exec", lineFor: () => "hostname; exit 4", seconds: 10 });
    assert.deepEqual(one, { host: SPARE_HOST, output: SPARE_HOST, exitCode: 4 });
    assert.match(dead!.failure!, /^unreachable: /);
  });

  it("runs in a container, with quotes as they are typed", async () => {
    const [target] = pickContainers(plan, { hosts: SPARE_HOST });
    const lineFor = () => renderInContainer("ops-talk", [`echo "it's $0"; exit 5`]);
    const [one] = await gather([target!], { step: "exec", lineFor, seconds: 10 });
    assert.deepEqual([one!.container, one!.output, one!.exitCode], ["ops-talk", "it's sh", 5]);
  });

  it("reads a log's last lines, and follows it until the signal comes", async () => {
    const [target] = pickContainers(plan, { hosts: SPARE_HOST }) as readonly LogTarget[];
    await sleep(1500);
    const [one] = await gather([target!], { step: "docker logs", lineFor: () => renderLogsLine("ops-talk", { tail: 2 }), seconds: 10 });
    assert.match(one!.output, /^(count|also) \d+\n(count|also) \d+$/);
    const controller = new AbortController();
    const [lines, ends]: [string[], string[]] = [[], []];
    const following = followLogs([target!], {
      tail: 1,
      onLine: (_, line) => void lines.push(line),
      onEnd: (_, reason) => void ends.push(reason),
      signal: controller.signal,
    });
    while (lines.length < 5) await sleep(100);
    controller.abort();
    await following;
    assert.deepEqual(ends, []);
    assert.ok(lines.some((line) => line.startsWith("also ")) && lines.some((line) => line.startsWith("count ")), lines.join(" | "));
    const gone = "for i in 1 2 3 4 5 6 7 8 9 10; do pgrep -f '[d]ocker logs --follow' >/dev/null || exit 0; sleep 1; done; echo left";
    assert.equal((await runOnHost(SPARE_HOST, gone)).trim(), "");
  });
});
