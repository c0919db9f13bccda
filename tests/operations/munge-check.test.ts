import assert from "node:assert/strict";
import { checkMunge, compareKeys, type MungeWitness } from "../../operations/preflight/munge-check";
import type { FoundKey } from "../../operations/preflight/probe-output";
import { RemoteCommandError } from "../../operations/reach/remote-error";
import type { RunOn } from "../../operations/reach/run-on-host";

/** Hosts whose munged has the key of that name; a credential is the key's name here, and decoded where the keys are equal. */
function cluster(keys: Readonly<Record<string, string>>): { readonly run: RunOn; readonly witnesses: readonly MungeWitness[] } {
  const run: RunOn = async (target, command) => {
    const credential = "argv" in command ? command.stdin : undefined;
    if (credential === keys[target.name]) return { stdout: "", stderr: "", code: 0 };
    throw new RemoteCommandError(target.name, { kind: "exit", code: 15 }, "unmunge: Error: Invalid credential\n");
  };
  const witnesses = Object.entries(keys).map(
    ([name, key]): MungeWitness => ({ target: { name, connection: { kind: "local" } }, credential: key }),
  );
  return { run, witnesses };
}

async function refusals(keys: Readonly<Record<string, string>>): Promise<[string, string][]> {
  const { run, witnesses } = cluster(keys);
  return [...(await checkMunge(run, witnesses))].map(([host, { message }]) => [host, message]);
}

describe("checkMunge", () => {
  it("finds nothing where all keys are equal, nor with one host or none", async () => {
    assert.deepEqual([await refusals({ a: "k", b: "k", c: "k" }), await refusals({ a: "k" }), await refusals({})], [[], [], []]);
  });

  it("names the host that refuses the first one's credential", async () => {
    assert.deepEqual(await refusals({ a: "k", b: "k", c: "x", d: "k" }), [["c", "munge credential of a is refused: Invalid credential"]]);
  });

  it("names the first host where it is the one that is wrong", async () => {
    assert.deepEqual(await refusals({ a: "x", b: "k", c: "k", d: "k" }), [["a", "munge credential of b is refused: Invalid credential"]]);
  });

  it("names the second of two", async () => {
    assert.deepEqual(await refusals({ a: "k", b: "x" }), [["b", "munge credential of a is refused: Invalid credential"]]);
  });

  it("names the clock where a credential is from another time, of which unmunge says nothing", async () => {
    const { witnesses } = cluster({ a: "k", b: "k" });
    const run: RunOn = async ({ name }) => {
      throw new RemoteCommandError(name, { kind: "exit", code: 16 }, "");
    };
    assert.deepEqual((await checkMunge(run, witnesses)).get("b"), {
      subject: "munge",
      message: "munge credential of a is refused: Rewound credential",
      help: "its clock and that of a are more than five minutes apart: correct the one that is wrong",
    });
  });

  it("takes no host that cannot be asked for one that refuses", async () => {
    const { run, witnesses } = cluster({ a: "k", b: "k", c: "k", d: "x" });
    const some: RunOn = (target, ...rest) =>
      target.name === "b" || target.name === "c"
        ? Promise.reject(new RemoteCommandError(target.name, { kind: "unreachable", reason: "no route to host" }, ""))
        : run(target, ...rest);
    const unasked = "munge credential of a cannot be tried: unreachable: no route to host";
    assert.deepEqual(
      [...(await checkMunge(some, witnesses))].map(([host, { message }]) => [host, message]),
      [
        ["b", unasked],
        ["c", unasked],
        ["d", "munge credential of a is refused: Invalid credential"],
      ],
    );
  });

  it("says how the asking failed where munge did not get to answer", async () => {
    const { witnesses } = cluster({ a: "k", b: "k" });
    const run: RunOn = async ({ name }) => {
      throw new RemoteCommandError(name, { kind: "timeout", seconds: 8 }, "");
    };
    assert.equal((await checkMunge(run, witnesses)).get("b")?.message, "munge credential of a is refused: no answer within 8 s");
  });
});

describe("compareKeys", () => {
  const key = (digest: string): FoundKey => ({ mode: "600", uid: 101, gid: 101, lengthBytes: 1024, isUniform: false, digest });

  it("names the hosts whose key is not the most common one", () => {
    const found = compareKeys(
      "/k",
      new Map([
        ["n1", key("x")],
        ["n2", key("y")],
        ["n3", key("y")],
        ["n4", key("z")],
      ]),
    );
    assert.deepEqual(
      [...found].map(([host, { message }]) => [host, message]),
      [
        ["n1", "munge key `/k` is not the one of n[2-3]"],
        ["n4", "munge key `/k` is not the one of n[2-3]"],
      ],
    );
  });
});
