import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOwnContainer, OWN_IDS, OWNED_SPEC, renderOwnership, renderTakeOver } from "../../plan/containers/ownership";

const [LABELLED, TAKEN, STRANGER, OTHERS] = ["a1", "b2", "c3", "d4"].map((byte) => byte.repeat(32)) as [string, string, string, string];
const RECORD = { id: TAKEN, spec: "5e", name: "samp" };

/** Docker with a container of each kind; asked with the label as a filter, it lists the first alone. */
const DOCKER = `case "$*" in
*--filter*) echo ${LABELLED} ;;
ps*) printf '%s\\n' '${LABELLED} cygnus' '${TAKEN} ' '${STRANGER} ' '${OTHERS} other' ;;
inspect*${TAKEN}) echo '${TAKEN} ' ;;
inspect*${OTHERS}) echo '${OTHERS} other' ;;
*) exit 1 ;;
esac`;

describe("isOwnContainer", () => {
  const cases: readonly (readonly [string, string, string | undefined, boolean])[] = [
    ["one with the stack's label", LABELLED, "cygnus", true],
    ["one that was taken over", TAKEN, undefined, true],
    ["one that nobody took over", STRANGER, undefined, false],
    ["one of another stack", OTHERS, "other", false],
    ["one of another stack, whatever a record says", TAKEN, "other", false],
  ];
  for (const [what, id, stack, isOwn] of cases)
    it(`says ${isOwn} of ${what}`, () => assert.equal(isOwnContainer("cygnus", { id, labels: { "ldms.stack": stack } }, [TAKEN]), isOwn));
});

describe("on a host", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-owned-"));
    writeFileSync(join(folder, "docker"), `#!/bin/sh\n${DOCKER}\n`);
    chmodSync(join(folder, "docker"), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = () => join(folder, "ldms/cygnus@owned");

  function run(script: string, shell: readonly [string, ...string[]] = ["dash"]) {
    const [program, ...words] = shell;
    const input = script.replaceAll("/var/lib/ldms", join(folder, "ldms"));
    return spawnSync(program, [...words, "-s"], { input, encoding: "utf8", env: { PATH: `${folder}:/usr/bin:/bin` } });
  }

  for (const shell of [["dash"], ["busybox", "sh"]] as const) {
    it(`own_ids decides the same by ${shell.join(" ")}, and owned_spec knows the hash`, function () {
      if (spawnSync(shell[0], ["-c", "true"]).error) this.skip();
      const values = `stack=cygnus\nowned_file=${file()}\n`;
      const ask = () => run(`${values}${OWN_IDS}${OWNED_SPEC}own_ids; owned_spec ${TAKEN}`, shell).stdout.split("\n").filter(Boolean);
      assert.deepEqual(ask(), [LABELLED]);
      run(renderTakeOver("cygnus", [RECORD]));
      writeFileSync(file(), readFileSync(file(), "utf8") + renderOwnership([{ id: OTHERS, spec: "5e", name: "x" }]));
      assert.deepEqual(ask(), [LABELLED, TAKEN, "5e"]);
    });
  }

  it("renderTakeOver writes a file for root alone, in the place of an earlier one", () => {
    for (const spec of ["held", "5e"]) {
      const { status, stderr } = run(renderTakeOver("cygnus", [{ ...RECORD, spec }]));
      assert.deepEqual([status, stderr], [0, ""]);
      assert.equal(readFileSync(file(), "utf8"), `${TAKEN} ${spec} samp\n`);
    }
    assert.equal(statSync(file()).mode & 0o777, 0o600);
  });

  it("renderTakeOver writes nothing where a container is gone, or another stack's", () => {
    const gone = run(renderTakeOver("cygnus", [RECORD, { ...RECORD, id: STRANGER, name: "agg1" }]));
    assert.deepEqual([gone.status, gone.stderr], [1, `agg1: it is not there any more: ${STRANGER}\n`]);
    const others = run(renderTakeOver("cygnus", [{ ...RECORD, id: OTHERS }]));
    assert.deepEqual([others.status, others.stderr], [1, "samp: it belongs to the stack other\n"]);
    assert.equal(existsSync(file()), false);
  });
});
