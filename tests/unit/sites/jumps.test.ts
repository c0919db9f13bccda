import assert from "node:assert/strict";
import { listJumps } from "../../../plan/hosts/ssh";
import { refusal, sitePlan } from "./site-stack";

describe("two login nodes on the way (pulumi-command#131)", () => {
  it("are a list, the first one first", () => {
    const plan = sitePlan("hosts: n[1-2]\nmethod: fan-out\nssh: { user: ops, jump: [me@outer, 'inner:2222'] }");
    const { connection } = plan.hosts[0]!;
    assert.deepEqual(
      connection.kind === "ssh" && listJumps(connection.jump).map(({ address, user, port }) => `${user}@${address}:${port}`),
      ["me@outer:22", "ops@inner:2222"],
    );
  });

  it("may be one, by either method", () => {
    assert.equal(sitePlan("hosts: n[1-2]\nssh: { jump: [login] }").method, "docker");
  });

  it("are the way of some hosts alone", () => {
    const plan = sitePlan("hosts: n[1-2]\nmethod: fan-out\nssh: { overrides: [{ hosts: n2, jump: [a, b] }] }");
    assert.deepEqual(
      plan.hosts.map(({ connection }) => connection.kind === "ssh" && listJumps(connection.jump).length),
      [0, 2],
    );
  });

  const BAD: readonly (readonly [title: string, yaml: string, says: readonly string[]])[] = [
    ["two in one text", "ssh: { jump: 'outer,inner' }", ["  - ssh.jump: must be `[user@]host[:port]`, several as a list: `outer,inner`"]],
    ["an empty list", "ssh: { jump: [] }", ["  - ssh.jump: must name a login node: []"]],
    [
      "an option in a list",
      "ssh: { jump: [login, -oProxyCommand=x] }",
      ["  - ssh.jump[1]: must be `[user@]host[:port]`, several as a list: `-oProxyCommand=x`"],
    ],
    [
      "several by the method docker",
      "ssh: { overrides: [{ hosts: n2, jump: [a, b] }] }",
      [
        "  - ssh.jump: the method `docker` goes by one login node, not by several: `n2`",
        "      help: `method: fan-out`, which goes from this machine by all of them; or a login node that reaches the hosts",
      ],
    ],
    [
      "several before a head",
      "method: fan-out\nssh: { jump: [a, b] }\nfanOut: { head: n1 }",
      [
        "  - ssh.jump: a head is reached by one login node, not by several: `n1`",
        "      help: no `fanOut.head`, which goes from this machine by all of them; or a login node that reaches the hosts",
      ],
    ],
  ];
  for (const [title, yaml, says] of BAD) {
    it(`are refused as ${title}`, () => assert.deepEqual(refusal(`hosts: n[1-2]\n${yaml}`), says));
  }
});
