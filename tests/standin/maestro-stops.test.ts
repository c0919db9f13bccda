import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const MAESTRO = resolve(__dirname, "../../images/ldms-maestro/maestro");

/** As upstream's: a producer is STOPPING for some answers, and cannot be started until it has stopped, nor where it runs. */
const COMMUNICATOR = `import errno
class Communicator:
    def __init__(self, stopping, then="STOPPED"):
        self.state, self.left, self.then, self.starts = "STOPPING", stopping, then, 0
    def prdcr_start(self, name, regex=True):
        self.starts += 1
        if self.state == "STOPPING":
            self.left -= 1
            if self.left <= 0: self.state = self.then
            return errno.EBUSY, "The producer is already running."
        if self.state != "STOPPED": return errno.EBUSY, "The producer is already running."
        self.state = "CONNECTED"
        return 0, None
    def prdcr_status(self, name=None):
        return 0, '[{"name":"%s","state":"%s"}]' % (name, self.state)
`;

// What our image starts in the place of upstream's program, with one that does what it is told here.
describe("maestro of the image", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-maestro-"));
    for (const name of ["bin", "python/ldmsd"]) mkdirSync(join(folder, name), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(program: string, ...args: readonly string[]) {
    writeFileSync(join(folder, "bin/maestro"), `#!/usr/bin/python3\n${program}`, { mode: 0o755 });
    const env = { PATH: `${folder}/bin:/usr/bin:/bin`, PYTHONPATH: `${folder}/python` };
    const { stdout, stderr, status } = spawnSync("python3", [MAESTRO, ...args], { env, encoding: "utf8", timeout: 30_000 });
    return { said: stdout.trim().split("\n"), stderr, status };
  }

  it("starts a producer when it has stopped, and asks about no other", () => {
    writeFileSync(join(folder, "python/ldmsd/ldmsd_communicator.py"), COMMUNICATOR);
    const { said, stderr } = run(`from ldmsd.ldmsd_communicator import Communicator
for one in (Communicator(3), Communicator(1, "CONNECTED"), Communicator(1)):
    print(*one.prdcr_start("samp-1", regex=False), one.state, one.starts)
`);
    assert.deepEqual(said, ["0 None CONNECTED 4", "16 The producer is already running. CONNECTED 1", "0 None CONNECTED 2"], stderr);
  });

  it("runs as upstream's program, with its words and its end, whatever that speaks through", () => {
    const program = "import sys\nprint(__name__, *sys.argv)\nsys.exit(3)\n";
    for (const text of [undefined, "class Other: pass\n", "class Communicator: pass\n"]) {
      if (text !== undefined) writeFileSync(join(folder, "python/ldmsd/ldmsd_communicator.py"), text);
      const { said, status } = run(program, "--timeout", "4");
      assert.deepEqual([said, status], [[`__main__ ${folder}/bin/maestro --timeout 4`], 3], text);
    }
  });
});
