import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";

const SCRIPT = path.join(__dirname, "../../images/common/ldmsd-argv.sh");

/** What the entrypoint understands of ldmsd's arguments, read by the bash of this machine. */
function read(argv: readonly string[]): string {
  const program = `set -euo pipefail; . "$0"; read_ldmsd_argv "$@"
    printf '%s|' "auth=$auth" "x=\${listens[*]}" "A=\${auth_args[*]}" "config=$has_config" "question=$is_question"`;
  return execFileSync("bash", ["-c", program, SCRIPT, ...argv], { encoding: "utf8" });
}

function facts(found: { auth?: string; x?: string; A?: string; config?: string; question?: string }): string {
  const { auth = "none", x = "", A = "", config = "", question = "" } = found;
  return `auth=${auth}|x=${x}|A=${A}|config=${config}|question=${question}|`;
}

describe("read_ldmsd_argv", () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["-x", "sock:411", "-a", "munge"], facts({ auth: "munge", x: "sock:411" })],
    [["-xsock:411", "-amunge"], facts({ auth: "munge", x: "sock:411" })],
    [["--default_auth=munge", "-x", "rdma:411"], facts({ auth: "munge", x: "rdma:411" })],
    [["--default_auth", "munge", "-x", "rdma:411"], facts({ auth: "munge", x: "rdma:411" })],
    [["--xprt=sock:411", "--xprt", "sock:412:host"], facts({ x: "sock:411 sock:412:host" })],
    [["-x", "sock:1", "-x", "sock:2"], facts({ x: "sock:1 sock:2" })],
    [["-a", "munge", "-A", "socket=/a b", "-x", "sock:1"], facts({ auth: "munge", A: "socket=/a b", x: "sock:1" })],
    [["-Fx", "sock:1", "-FB", "1"], facts({ x: "sock:1" })],
    [["-n", "munge", "-x", "sock:1"], facts({ x: "sock:1" })],
    [["-l", "-a", "-x", "sock:1"], facts({ x: "sock:1" })],
    [["-c", "/etc/ldmsd.conf"], facts({ config: "yes" })],
    [["-y", "/etc/ldmsd.yaml", "-n", "samp-1"], facts({ config: "yes" })],
    [["-V"], facts({ question: "yes" })],
    [["--help"], facts({ question: "yes" })],
    [["-v", "INFO"], facts({})],
    [["-x"], facts({})],
    [[], facts({})],
  ];
  for (const [argv, wanted] of cases) {
    it(`reads \`${argv.join(" ")}\``, () => assert.equal(read(argv), wanted));
  }
});
