import assert from "node:assert/strict";
import { askHosts, isDead, unansweredOf, valuesOf } from "../../operations/reach/ask-hosts";
import { RemoteCommandError } from "../../operations/reach/remote-error";
import type { RunOn } from "../../operations/reach/run-on-host";

const HOSTS = ["good", "cut", "failing", "mute", "away"].map((name) => ({ name, connection: { kind: "local" } as const }));

const run: RunOn = async ({ name }, _command, { step }) => {
  const fail = (failure: RemoteCommandError["failure"], stderr = "") => new RemoteCommandError(name, failure, stderr, step);
  if (name === "failing") throw fail({ kind: "exit", code: 1 }, "first\nlast words\n");
  if (name === "mute") throw fail({ kind: "exit", code: 3 });
  if (name === "away") throw fail({ kind: "timeout", seconds: 9 }, "not of the command");
  return { stdout: name === "cut" ? "4" : "42\nend", stderr: "", code: 0 };
};

describe("askHosts", () => {
  const parse = (stdout: string) => (stdout.endsWith("end") ? Number.parseInt(stdout, 10) : undefined);
  const question = () => ({ step: "ask", seconds: 1, command: { script: "answer" }, parse });

  it("gives an answer or a reason of every host, and which is dead", async () => {
    const answers = await askHosts(HOSTS, question, { run });
    assert.deepEqual(valuesOf(answers), [42]);
    assert.deepEqual(
      unansweredOf(answers).map((one) => [one.host.name, one.reason, isDead(one)]),
      [
        ["cut", "its answer is incomplete", false],
        ["failing", "last words", false],
        ["mute", "exit code 3", false],
        ["away", "no answer within 9 s", true],
      ],
    );
  });

  it("leaves what is no failure of a host to its caller", async () => {
    const broken: RunOn = async () => {
      throw new TypeError("no such thing");
    };
    await assert.rejects(askHosts(HOSTS, question, { run: broken }), TypeError);
  });
});
