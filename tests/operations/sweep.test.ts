import assert from "node:assert/strict";
import { assertSomeAnswered, countGenerations, parseSweep, renderSweepResult, sweepHosts } from "../../operations/observe/sweep";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import { examplePlan } from "../unit/example-stack";
import { withPrograms } from "./fake-programs";

const ANSWER = [
  "generation\tsamp-1\t3",
  "generation\tsamp-2\t1",
  "retired\tcygnus-09",
  "host\tsamp\tcygnus-02\tok\tsamp:create /var/lib/ldms/cygnus/samp/munge.key:deliver",
  "host\tsamp\tcygnus-03\tunreachable\tConnection timed out",
  "same\tsamp\t2",
  "host\tagg1\tcygnus-05\tok\tagg1:same old:remove",
  "same\tagg1\t1",
  "end",
  "",
].join("\n");

describe("a sweep", () => {
  it("says once, folded, which of several heads do not answer", async () => {
    const heads = [{ host: "cygnus-06", hosts: "cygnus-[02,06]" }];
    const ssh = { user: "root", address: "far-[1-8].invalid" };
    const plan = examplePlan({ method: "fan-out", fanOut: { head: "cygnus-08", heads }, ssh });
    await assert.rejects(sweepHosts(plan, listFanOuts(plan), { isKeeping: true }), (error: Error) => {
      assert.match(error.message, /^sweep: 2 heads could not do it\ncygnus-\[06,08\]: unreachable: .*$/);
      return true;
    });
  });

  it("says of a refused host key what to type, here or on the head that refuses it", async () => {
    const docker = "docker: permission denied while trying to connect to the Docker daemon socket";
    const rows = `host\tsamp\tcygnus-03\tunreachable\tHost key verification failed.\nhost\tsamp\tcygnus-04\tfailed\t${docker}\nend`;
    const answers = { sh: `cat >/dev/null; printf '${rows}'`, ssh: `cat >/dev/null; printf '${rows}'` };
    const messages = async (fanOut: Record<string, unknown>) => {
      const plan = examplePlan({ method: "fan-out", fanOut });
      const { unknown } = await withPrograms(answers, () => sweepHosts(plan, listFanOuts(plan), { isKeeping: true }));
      return unknown.map(({ message }) => message);
    };
    const refused = "ssh is refused: its host key is not the one that";
    assert.deepEqual(await messages({}), [`${refused} the stack knows: \`ldms hosts trust -s cygnus --replace cygnus-03\``, docker]);
    assert.deepEqual(await messages({ head: "cygnus-08" }), [
      `${refused} cygnus-08 knows: \`ssh cygnus-08 'ssh-keygen -R cygnus-03'\``,
      docker,
    ]);
  });

  it("lets nothing begin where no host at all has answered, and else what answers", () => {
    const none = { ...parseSweep(ANSWER, "fan-out")!, sameCount: 0, differing: [] };
    assert.throws(() => assertSomeAnswered(none), {
      message: "sweep: no host answers; nothing was changed\ncygnus-03: Connection timed out",
    });
    assertSomeAnswered(parseSweep(ANSWER, "fan-out")!);
    assertSomeAnswered({ ...none, unknown: [] });
  });

  it("is read back, and not where it was cut off", () => {
    assert.deepEqual(parseSweep(ANSWER, "fan-out"), {
      sameCount: 3,
      differing: [
        { host: "cygnus-02", things: ["samp:create", "/var/lib/ldms/cygnus/samp/munge.key:deliver"] },
        { host: "cygnus-05", things: ["old:remove"] },
      ],
      unknown: [{ host: "cygnus-03", message: "Connection timed out" }],
      retired: ["cygnus-09"],
      generations: { "fan-out-samp-1": 3, "fan-out-samp-2": 1 },
    });
    assert.equal(parseSweep(ANSWER.replace("end\n", ""), "fan-out"), undefined);
  });

  it("gives the next generation to batches with drift, and none to those with unknown hosts only", () => {
    const fanOuts = listFanOuts(examplePlan({ method: "fan-out", fanOut: { serial: [1] } }));
    const answer = ANSWER.replace("end\n", "generation\tsamp-3\t4\nend\n");
    const generations = countGenerations(fanOuts, parseSweep(answer, "fan-out")!);
    assert.deepEqual(generations, {
      "fan-out-samp-1": 3,
      "fan-out-samp-2": 2,
      "fan-out-samp-3": 4,
      "fan-out-samp-4": 1,
      "fan-out-agg1-1": 1,
      "fan-out-agg1-2": 1,
      "fan-out-agg2-dsosd-maestro-ui-grafana-1": 1,
    });
  });

  it("counts the batches of each head apart", () => {
    const heads = [{ host: "cygnus-06", hosts: "cygnus-[02,06]" }];
    const fanOuts = listFanOuts(examplePlan({ method: "fan-out", fanOut: { serial: ["100%"], heads } }));
    const [first, second] = ["fan-out", "fan-out.cygnus-06"].map((name) => parseSweep(ANSWER, name)!);
    const generations = countGenerations(fanOuts, {
      ...first!,
      differing: [{ host: "cygnus-02", things: ["head:claim"] }],
      generations: { ...first!.generations, ...second!.generations },
    });
    assert.equal(generations["fan-out-samp-1"], 3);
    assert.equal(generations["fan-out.cygnus-06-samp-1"], 4);
  });

  it("is told in a line a difference, hosts folded", () => {
    assert.deepEqual(renderSweepResult(parseSweep(ANSWER, "fan-out")!), [
      "3 hosts are as planned",
      "cygnus-02: samp: to create",
      "cygnus-02: /var/lib/ldms/cygnus/samp/munge.key: to deliver",
      "cygnus-05: old: to remove",
      "cygnus-03: unknown: Connection timed out",
      "cygnus-09: has left the stack and could not be cleaned yet; where it never comes back: `ldms forget`",
    ]);
  });
});
