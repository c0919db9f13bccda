import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { openSite, type Site } from "../../automation";
import type { LogPlace } from "../../automation/verbs/talk";
import { createProgram } from "../../cli/create-program";
import { withPrograms } from "../operations/fake-programs";

const CYGNUS = parse(readFileSync(join(__dirname, "../../Pulumi.cygnus.yaml"), "utf8")) as { readonly config: Record<string, unknown> };
const CONFIG = Object.fromEntries(Object.entries(CYGNUS.config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));
const PROGRAMS = { ssh: 'while [ $# -gt 2 ]; do shift; done\nAT="$1" exec sh -c "$2"', docker: 'echo "$*"' };

describe("Site.exec and Site.logs", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-talk-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** With so many samplers, each on a host of its own. */
  function open(samplers = 4): Promise<Site> {
    const last = String(samplers + 4).padStart(2, "0");
    const config = {
      ...CONFIG,
      hosts: `cygnus-[01-07],cygnus-[09-${last}]`,
      samplers: [{ hosts: `cygnus-[01-04]${samplers > 4 ? `,cygnus-[09-${last}]` : ""}`, plugins: [{ name: "meminfo", interval: "1s" }] }],
    };
    const small = { ...config, hosts: "cygnus-[01-07]" };
    return openSite({
      stack: "cygnus",
      folder,
      config: samplers > 4 ? config : small,
      backendUrl: `file://${folder}/state`,
      passphrase: "p",
      engine: "embedded",
    });
  }

  it("runs on the hosts themselves, or inside the containers that a role or a name picks", async () => {
    const site = await open();
    const { results } = await withPrograms(PROGRAMS, () => site.exec({ hosts: "cygnus-05", command: ["echo $AT"] }));
    assert.deepEqual(results, [{ host: "cygnus-05", output: "root@cygnus-05", exitCode: 0 }]);
    const inside = await withPrograms(PROGRAMS, () => site.exec({ role: "aggregator", hosts: "cygnus-05", command: ["ldmsd", "-V"] }));
    assert.deepEqual(inside.results, [{ host: "cygnus-05", container: "agg1", output: "exec agg1 ldmsd -V", exitCode: 0 }]);
  });

  it("takes no option behind the command for its own", async () => {
    for (const words of [
      ["rm", "--yes", "x"],
      ["ls", "-w", "cygnus-01"],
    ]) {
      await assert.rejects(createProgram().parseAsync(["node", "ldms", "exec", "-s", "cygnus", ...words]), {
        message: `ldms exec: an option stands behind \`${words[0]}\`\nhelp: options of ldms stand before the command: \`ldms exec -s STACK --hosts HOSTS -- ls -l\``,
      });
    }
  });

  it("asks above 16 hosts, and runs nothing on a no", async () => {
    const site = await open(14);
    const asked: number[] = [];
    const confirm = async (hosts: readonly string[]) => {
      asked.push(hosts.length);
      return false;
    };
    const declined = await withPrograms({ ssh: "echo ran >&2; exit 255" }, () => site.exec({ command: ["true"], confirm }));
    assert.deepEqual(declined, { stack: "cygnus", isDeclined: true, results: [] });
    const few = await withPrograms(PROGRAMS, () => site.exec({ hosts: "cygnus-[01-07],cygnus-[09-17]", command: ["true"], confirm }));
    assert.equal(few.results.length, 16);
    assert.deepEqual(asked, [17]);
  });

  it("reads the last lines of containers", async () => {
    const site = await open();
    const { results } = await withPrograms(PROGRAMS, () => site.logs({ role: "grafana", tail: 3, since: "10m" }));
    assert.deepEqual(results, [{ host: "cygnus-07", container: "grafana", output: "logs --tail 3 --since=10m grafana", exitCode: 0 }]);
  });

  it("follows 32 logs at most, and says so", async () => {
    const site = await open(40);
    const lines: string[] = [];
    const caps: [number, number][] = [];
    const onCap = (followed: readonly LogPlace[], all: number) => void caps.push([followed.length, all]);
    await withPrograms(PROGRAMS, () =>
      site.followLogs({ role: "sampler", onLine: ({ host }) => void lines.push(host), onEnd: () => undefined, onCap }),
    );
    assert.deepEqual(caps, [[32, 40]]);
    assert.equal(new Set(lines).size, 32);
  });
});
