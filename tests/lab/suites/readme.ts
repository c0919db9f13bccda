import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LAB_FILES, REGISTRY, runOnHost } from "../../../lab/lab";
import { nowSeconds, STACK_HOSTS, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { start } from "../ldms-process";

const FIXTURES = join(__dirname, "../../fixtures/readme");
/** Where the README's user stands on cygnus-07. */
const FOLDER = "/root/ldms-readme";
/** The README's own ldms_cfg.yaml is of a grammar that no maestro reads since ldms 4.4. */
const FILES = { "ldms_cfg.yaml": "ldms_cfg-c.yaml", "dsosd.conf": "dsosd.conf", "settings.py": "settings.py" };
const PROMPT = "root@cygnus-07 $ ";
const TYPING_SECONDS = 120;

/** The README's text with what differs on the lab: sockets for RDMA, and where the images are. */
function onTheLab(file: string): string {
  const text = readFileSync(join(FIXTURES, file), "utf8");
  return text.replaceAll("rdma", "sock").replaceAll(/ovishpc\/(ldms-\w+)/g, `${REGISTRY}/ovishpc/$1:standin`);
}

const COMMANDS = onTheLab("commands.txt")
  .split("\n")
  .filter((line) => line.startsWith(PROMPT))
  .map((line) => line.slice(PROMPT.length));

/** The lab's hosts have no keys to each other and dash for a login shell: pdsh runs on this machine, its lines in the bash that they were written for. */
const PDSH = `pdsh() { shift; hosts=$1; shift; command pdsh -S -R ssh -l root -w "$hosts" "bash -c $(printf %q "$*")"; }`;

/** What the upstream README has people type, with the images made here. */
export function describeReadme(lab: LabStack): void {
  describe("the README's seven commands, typed by hand", () => {
    before(async () => {
      await lab.haveNothing();
      await runOnHost("cygnus-07", `mkdir -p ${FOLDER}`);
      for (const [file, source] of Object.entries(FILES)) {
        await runOnHost("cygnus-07", `cat >${FOLDER}/${file}`, { stdin: onTheLab(source) });
      }
    });
    after(async () => {
      const remove = `docker rm --force --volumes samp agg1 agg2 maestro ui grafana >/dev/null 2>&1; rm -rf ${FOLDER}`;
      await Promise.all(STACK_HOSTS.map((host) => runOnHost(host, remove)));
    });

    it("store rows of all four samplers", async () => {
      assert.equal(COMMANDS.length, 7);
      const since = nowSeconds();
      for (const command of COMMANDS) await type(lab, command);
      assert.deepEqual(await waitForIds([1, 2, 3, 4], since, 60), [1, 2, 3, 4]);
    });

    it("leave the ui and grafana running", async () => {
      const running = await runOnHost("cygnus-07", "docker ps --format '{{.Names}}' | sort");
      assert.deepEqual(running.split("\n"), ["agg2", "grafana", "maestro", "ui"]);
    });
  });
}

async function type(lab: LabStack, command: string): Promise<void> {
  if (!command.startsWith("pdsh")) {
    await runOnHost("cygnus-07", "exec bash -s", { stdin: `cd ${FOLDER}\n${command}\n`, timeoutSeconds: TYPING_SECONDS });
    return;
  }
  const environment = { ...lab.project.environment, PDSH_SSH_ARGS_APPEND: `-F ${LAB_FILES.sshConfig}` };
  const run = { folder: lab.project.path, environment, timeoutSeconds: TYPING_SECONDS, stdin: `${PDSH}\n${command}\n` };
  succeeded(await start(["bash", "-s"], run).ended);
}
