import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hostNames, LAB_FILES, REGISTRY, runOnHost } from "../../lab/lab";
import { expandHostlist } from "../../plan/hostlist/hostlist";
import { type Inspected, inspectAll } from "../lab/lab-facts";
import { LabStack, succeeded } from "../lab/lab-stack";
import { changedResources, stepLines } from "../lab/steps";
import { needLab } from "../operations/on-lab/need-lab";

const README = join(__dirname, "../fixtures/readme");
const STACK = "byhand";
const ASK = [
  ...["adopt", "-s", STACK, "--hosts", "cygnus-[01-07]", "--ssh-address", "198.18.0.[11-17]"],
  ...["--ssh-key", LAB_FILES.privateKey, "--known-hosts", LAB_FILES.knownHosts],
];
/** The README's commands, by the hosts on which they are typed; by sockets, and with the lab's images. */
const TYPED: readonly (readonly [hosts: string, command: string])[] = [
  [
    "cygnus-0[1-4]",
    `docker run -d --name=samp --network=host --pid=host --privileged -v /run/munge:/run/munge:ro -e COMPONENT_ID=\${HOSTNAME#cygnus-0} ovishpc/ldms-samp -x sock:411 -a munge`,
  ],
  [
    "cygnus-0[5-6]",
    "docker run -d --name=agg1 --network=host --pid=host --privileged -v /run/munge:/run/munge:ro ovishpc/ldms-agg -x sock:411 -a munge",
  ],
  [
    "cygnus-07",
    "docker run -d --name=agg2 --network=host --pid=host --privileged -v /run/munge:/run/munge:ro -v /store:/store:rw ovishpc/ldms-agg -x sock:411 -a munge",
  ],
  ["cygnus-07", "echo 'rpcbind ; dsosd > /var/log/dsosd.log 2>&1 &' | docker exec -i agg2 /bin/bash"],
  [
    "cygnus-07",
    "docker run -d --name=maestro --network=host --privileged -v /run/munge:/run/munge:ro -v /root/ldms_cfg.yaml:/etc/ldms_cfg.yaml:ro ovishpc/ldms-maestro",
  ],
  [
    "cygnus-07",
    "docker run -d --name=ui --network=host --privileged -v /root/dsosd.conf:/opt/ovis/etc/dsosd.conf -v /root/settings.py:/opt/ovis/ui/sosgui/settings.py ovishpc/ldms-ui",
  ],
  ["cygnus-07", "docker run -d --name=grafana --privileged --network=host ovishpc/ldms-grafana"],
];

/** `cygnus-03/samp` to its id and when it was started. */
async function lives(): Promise<Readonly<Record<string, string>>> {
  const all: ReadonlyMap<string, Inspected> = await inspectAll();
  return Object.fromEntries([...all].map(([place, { Id, State }]) => [place, `${Id} ${(State as { StartedAt: string }).StartedAt}`]));
}

describe("ldms adopt, of the README's seven commands typed by hand", function () {
  this.timeout(900_000);
  const lab = new LabStack();

  before(async function () {
    await needLab.call(this);
    await lab.prepare();
    succeeded(await lab.ldms(["images", "build", "-s", "lab", "--engine", "embedded"], { timeoutSeconds: 600 }));
    rmSync(lab.project.stackFile("lab"));
  });
  beforeEach(async () => {
    await clear();
    rmSync(lab.project.stackFile(STACK), { force: true });
    loseState();
    await runOnHost("cygnus-07", "cat >/root/ldms_cfg.yaml", { stdin: fixture("ldms_cfg-c.yaml").replaceAll('"rdma"', '"sock"') });
    for (const name of ["dsosd.conf", "settings.py"]) await runOnHost("cygnus-07", `cat >/root/${name}`, { stdin: fixture(name) });
  });
  after(async () => {
    await clear().catch(() => undefined);
    lab.project.remove();
  });

  async function clear(): Promise<void> {
    const script = `ids=$(docker ps --all --quiet); [ -z "$ids" ] || docker rm --force --volumes $ids >/dev/null
docker volume ls --quiet --filter label=ldms.stack=${STACK} | xargs -r docker volume rm >/dev/null
rm -rf /var/lib/ldms /store/* /root/ldms_cfg.yaml /root/dsosd.conf /root/settings.py`;
    await Promise.all(hostNames.map((host) => runOnHost(host, script, { timeoutSeconds: 90 })));
  }

  function fixture(name: string): string {
    return readFileSync(join(README, name), "utf8");
  }

  function loseState(): void {
    rmSync(lab.project.stateFolder, { recursive: true, force: true });
    mkdirSync(lab.project.stateFolder);
  }

  /** @param change what was typed otherwise on that host */
  async function type(change: (host: string, command: string) => string = (_, command) => command): Promise<void> {
    for (const [hosts, command] of TYPED) {
      const typed = command.replace(/ovishpc\/(ldms-\w+)/, `${REGISTRY}/ovishpc/$1:standin`);
      const each = expandHostlist(hosts).map((host) =>
        runOnHost(host, `HOSTNAME=${host}; ${change(host, typed)}`, { timeoutSeconds: 180 }),
      );
      await Promise.all(each);
    }
  }

  /** What an `up` changes, and the runs of it: `create cygnus-03-samp`. */
  async function up(): Promise<readonly string[]> {
    const args = ["up", "-s", STACK, "--engine", "embedded", "--yes", "--no-wait", "--json"];
    return stepLines(changedResources(succeeded(await lab.ldms(args, { timeoutSeconds: 300 })).stdout, "done"));
  }

  const ldms = (...args: readonly string[]) => lab.ldms(args, { timeoutSeconds: 300 });

  it("shows the stack file and the proof, and changes nothing", async () => {
    await type();
    const before = await lives();
    const { stdout } = succeeded(await ldms(...ASK));
    assert.match(stdout, /^ {2}ldms:samplers:\n {4}- hosts: cygnus-\[01-04\]$/m);
    assert.match(stdout, /^cygnus-\[01-04\]: samp is as in the stack$/m);
    assert.match(
      stdout,
      /^10 containers would be taken over, as they run: nothing is restarted\nNothing was changed; with --yes it is done\.$/m,
    );
    assert.deepEqual(await lives(), before);
    assert.equal(await runOnHost("cygnus-07", "ls /var/lib/ldms* 2>/dev/null || true"), "");
  });

  for (const [method, args] of [
    ["docker", []],
    ["fan-out", ["--method", "fan-out"]],
  ] as const) {
    it(`takes everything over by the method ${method}: ids and starts are the same, up and refresh find nothing to do, and destroy knows it all`, async () => {
      await type();
      const before = await lives();
      const { stdout } = succeeded(await ldms(...ASK, ...args, "--yes"));
      assert.match(stdout, /^10 containers taken over, as they run: nothing is restarted$/m);
      assert.deepEqual(await lives(), before);
      assert.equal(await runOnHost("cygnus-01", "stat -c '%a %u:%g' /var/lib/ldms/byhand@owned"), "600 0:0");

      assert.deepEqual(await up(), []);
      assert.match(succeeded(await ldms("drift", "-s", STACK)).stdout, /^7 hosts are as the stack says$/m);
      assert.equal((await ldms("preflight", "-s", STACK)).code, 0);
      if (method === "docker") {
        succeeded(await ldms("refresh", "-s", STACK, "--engine", "embedded", "--yes"));
        assert.deepEqual(await up(), []);
      }
      assert.deepEqual(await lives(), before);

      // The state is lost, and found again.
      loseState();
      succeeded(await ldms("adopt", "-s", STACK, "--yes"));
      assert.deepEqual(await up(), []);
      assert.deepEqual(await lives(), before);

      succeeded(await ldms("destroy", "-s", STACK, "--engine", "embedded", "--yes"));
      assert.deepEqual(await lives(), {});
    });

    it(`names three outliers by the method ${method}, leaves them as they run, and the next up makes just them anew`, async () => {
      await type((host, command) => {
        if (host === "cygnus-02") return command.replace("-a munge", "-a munge -v INFO");
        if (host === "cygnus-03") return command.replace("--privileged", "--cap-add SYS_ADMIN");
        return host === "cygnus-06"
          ? command.replace("-e COMPONENT_ID", "-e OTHER").replace("--privileged", "--privileged -e SITE=other")
          : command;
      });
      const before = await lives();
      const { stdout } = succeeded(await ldms(...ASK, ...args, "--yes"));
      assert.match(stdout, /^cygnus-02: samp is not as in the stack: the next `up` makes it anew\n {2}- -v INFO$/m);
      assert.match(
        stdout,
        /^cygnus-03: samp is not as in the stack: the next `up` makes it anew\n {2}- --cap-add SYS_ADMIN\n {2}\+ --privileged$/m,
      );
      assert.match(stdout, /^cygnus-06: agg1 is not as in the stack: the next `up` makes it anew\n {2}- --env SITE=other$/m);
      assert.deepEqual(await lives(), before);

      await up();
      const after = await lives();
      const changed = Object.keys(before).filter((place) => before[place] !== after[place]);
      assert.deepEqual(changed, ["cygnus-02/samp", "cygnus-03/samp", "cygnus-06/agg1"]);
      assert.deepEqual(await up(), []);
    });
  }

  it("is refused by `pulumi`, by name, before anything is written", async () => {
    await type();
    const { code, stderr } = await ldms(...ASK, "--yes", "--engine", "pulumi");
    assert.equal(code, 2);
    assert.match(stderr, /^adopt: `pulumi` cannot take over a container that has no label$/m);
  });
});
