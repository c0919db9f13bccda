import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { HOST_NUMBER_SHELL, readHostNumber, SET_HOST_NUMBER, SET_OWN_ID } from "../../plan/hosts/component-id";
import { planComponentIds } from "../../plan/hosts/component-ids";

const NUMBERS: readonly (readonly [string, number | undefined])[] = [
  ["cygnus-01", 1],
  ["cygnus-10", 10],
  ["nid00100", 100],
  ["nid10000", 10000],
  ["r2n003", 3],
  ["cygnus-01.example.com", 1],
  ["cygnus-01.site2", 1],
  ["node0", 0],
  ["node000", 0],
  ["17", 17],
  ["cygnus-07-iw", undefined],
  ["login", undefined],
  ["head.cluster1", undefined],
];

/** Two ways to the number of the host in `$host`, whose `uname -n` it is. */
const SCRIPTS = { HOST_NUMBER_SHELL: `number=${HOST_NUMBER_SHELL}`, SET_HOST_NUMBER, SET_OWN_ID: `${SET_HOST_NUMBER}${SET_OWN_ID}` };

/** What a shell makes of each name. */
function evaluate(shell: string, script: string, names: readonly string[]): string[] {
  const line = `uname() { echo "$host"; }\nfor host in ${names.join(" ")}; do\n${script}\necho "$number"; done`;
  return execFileSync(shell, ["-c", line], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })
    .split("\n")
    .slice(0, -1);
}

describe("readHostNumber", () => {
  for (const [host, number] of NUMBERS) {
    it(`reads ${number ?? "nothing"} from ${host}`, () => {
      assert.equal(readHostNumber(host), number);
    });
  }
});

for (const [title, script] of Object.entries(SCRIPTS)) {
  describe(title, () => {
    for (const shell of ["dash", "bash"]) {
      it(`says in ${shell} what readHostNumber says`, () => {
        const names = NUMBERS.map(([host]) => host);
        assert.deepEqual(
          evaluate(shell, script, names),
          names.map((name) => String(readHostNumber(name) ?? "")),
        );
      });
    }

    it("says so of any host name", () => {
      const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[0-9]{1,6}(\.[a-z0-9]{1,4})?$/);
      fc.assert(
        fc.property(fc.array(name, { minLength: 1, maxLength: 60 }), (names) => {
          assert.deepEqual(
            evaluate("sh", script, names),
            names.map((one) => String(readHostNumber(one) ?? "")),
          );
        }),
        { numRuns: 15 },
      );
    });
  });
}

describe("planComponentIds", () => {
  it("takes the number of each name", () => {
    const { ids, problems } = planComponentIds(["cygnus-01", "cygnus-02"], new Map());
    assert.deepEqual(
      [...ids],
      [
        ["cygnus-01", 1],
        ["cygnus-02", 2],
      ],
    );
    assert.deepEqual(problems, []);
  });

  it("names the hosts whose names end in no number", () => {
    const { problems } = planComponentIds(["a-1", "login", "head"], new Map());
    assert.deepEqual(problems, [
      {
        path: "componentIds",
        message: "a host of an ldmsd has a name that ends in no number: `head,login`",
        help: 'ldms:componentIds: { "login,head": 2-3 }',
      },
    ]);
  });

  it("names the hosts that share a number, folded", () => {
    const { problems } = planComponentIds(["r1n1", "r2n1", "r3n1", "r1n2"], new Map());
    assert.equal(problems.length, 1);
    assert.equal(problems[0]!.message, "hosts of ldmsd share the component id 1: `r[1-3]n1`");
  });

  it("settles both by an override", () => {
    const { ids, problems } = planComponentIds(["login", "r1n1", "r2n1"], new Map(Object.entries({ login: 900, r2n1: 21 })));
    assert.deepEqual(problems, []);
    assert.deepEqual([...ids.values()], [900, 1, 21]);
  });
});
