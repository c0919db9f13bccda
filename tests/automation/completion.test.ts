import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { SHELL_SCRIPTS } from "../../cli/completion/shell-scripts";

const REPOSITORY = resolve(__dirname, "../..");
const LIMIT = { encoding: "utf8", timeout: 60_000, cwd: REPOSITORY } as const;

/** The script, and a command `ldms` that is this checkout's. */
const BASH = `ldms() { "${process.execPath}" "${REPOSITORY}/bin/ldms.js" "$@"; }
source <(ldms completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_ldms
printf '%s\\n' "\${COMPREPLY[@]}"`;

/** How each shell says that it can read a script. */
const READS = { bash: ["-n"], zsh: ["-n"], fish: ["--no-execute"] } as const;

describe("ldms completion", function () {
  this.timeout(120_000);

  function completed(...words: readonly string[]): string[] {
    return execFileSync("bash", ["-c", BASH, "bash", ...words], LIMIT)
      .trimEnd()
      .split("\n");
  }

  it("completes verbs in bash", () => assert.deepEqual(completed("ldms", "munge-key", ""), ["check", "generate", "help", "rotate"]));

  it("completes the stacks of the folder in bash", () => {
    const stacks = completed("ldms", "plan", "-s", "");
    assert.ok(stacks.includes("cygnus") && stacks.includes("lab"), stacks.join(" "));
  });

  it("completes no name that a shell would expand, or take for an option", () => {
    const folder = mkdtempSync(join(tmpdir(), "ldms-completion-"));
    try {
      for (const name of ["yaml", "good.yaml", "$(id).yaml", "-x.yaml", "a b.yaml"]) writeFileSync(join(folder, `Pulumi.${name}`), "");
      const argv = [join(REPOSITORY, "bin/ldms.js"), "complete", "--", "plan", "-s", ""];
      assert.equal(execFileSync(process.execPath, argv, { ...LIMIT, cwd: folder }), "good\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("completes hosts of the stack that is named in bash, and leaves files to bash", () => {
    const hosts = ["01", "02", "03", "04", "05", "06", "07"].map((number) => `cygnus-${number}`);
    assert.deepEqual(completed("ldms", "controller", "-s", "cygnus", "cyg"), hosts);
    assert.deepEqual(completed("ldms", "exec", "-s", "cygnus", "-w", "cyg"), hosts);
    assert.deepEqual(completed("ldms", "logs", "-s", "cygnus", "--role", "g"), ["grafana"]);
    assert.deepEqual(completed("ldms", "images", "import", ""), [""]);
  });

  for (const shell of ["bash", "zsh", "fish"] as const) {
    it(`prints what ${shell} can read`, function () {
      try {
        execFileSync(shell, ["--version"], { stdio: "ignore" });
      } catch {
        console.warn(`!!!! No ${shell} here: that it can read its script is NOT tested !!!!`);
        return this.skip();
      }
      execFileSync(shell, READS[shell], { ...LIMIT, input: SHELL_SCRIPTS[shell], stdio: ["pipe", "pipe", "pipe"] });
    });
  }
});
