import assert from "node:assert/strict";
import { isAllWell, renderExternalGroups, statusTable } from "../../operations/observe/status";
import { awaitStatus as status } from "../../operations/overview/await-status";
import { summarize } from "../../operations/overview/summarize";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";
import { HOSTS, planOf, STANDIN } from "./standin-aggregator";

const plan = sketchPlan([
  {
    name: "here",
    isLocal: true,
    containers: [
      ["samp", "sampler"],
      ["agg1", "aggregator"],
    ],
  },
]);

/** What `docker inspect` prints by the format that it is given: only the test's own lines. */
function dockerWith(...rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => `printf '%s\\n' '${row.join("\t")}'`).join("\n");
  return `case "$1" in\nps) echo id ;;\ninspect) ${lines} ;;\nesac`;
}

const SAMP = ["/samp", "sampler", "running", "healthy", "sha256:1", "sha256:1", "2026-11-22T18:53:50Z", "2"];
const AGG1 = ["/agg1", "aggregator", "running", "starting", "sha256:2", "sha256:2", "2026-11-22T18:53:51Z", "0"];

describe("status", () => {
  it("tells what the engine knows of a container", async () => {
    const report = await withPrograms({ docker: dockerWith(SAMP, AGG1) }, () => status(plan));
    assert.deepEqual(report.containers[0], {
      host: "here",
      container: "samp",
      isPlanned: true,
      role: "sampler",
      state: "running",
      health: "healthy",
      image: "sha256:1",
      imageId: "sha256:1",
      since: "2026-11-22T18:53:50Z",
      restarts: 2,
      imageNames: [],
      imageWanted: "198.18.0.5:5000/ovishpc/ldms-samp:standin",
    });
    assert.deepEqual(statusTable(report), { head: ["host", "samp", "agg1"], rows: [["here", "healthy", "starting"]] });
    assert.equal(isAllWell(report), false);
  });

  it("knows an image from the mirror of its host by its tag there, and one from an archive by its own", async () => {
    const mirrored = { ...plan, hosts: plan.hosts.map((host) => ({ ...host, mirror: "rack1:5000" })) };
    const archive = { id: "sha256:1", path: "/srv/images/samp.tar", sha256: "0", sizeBytes: 1, platform: "linux/amd64" };
    const sent = { ...mirrored, images: mirrored.images.map((image) => ({ ...image, archive })) };
    const cases = [
      [mirrored, "rack1:5000/ovishpc/ldms-samp:standin", 0],
      [mirrored, "rack2:5000/ovishpc/ldms-samp:standin", 1],
      [sent, "198.18.0.5:5000/ovishpc/ldms-samp:standin", 0],
    ] as const;
    for (const [of, tag, otherImages] of cases) {
      const report = await withPrograms({ docker: dockerWith(SAMP, ["image", "sha256:1", tag]) }, () => status(of));
      assert.equal(summarize(report, 0).roles[0]!.otherImages, otherImages, tag);
    }
  });

  it("takes the role of a container that was taken over, which has no label, from the plan", async () => {
    const [samp] = (await withPrograms({ docker: dockerWith(["/samp", "", ...SAMP.slice(2)]) }, () => status(plan))).containers;
    assert.deepEqual([samp!.role, samp!.isPlanned], ["sampler", true]);
  });

  it("is well only when all planned containers are, and no other is left", async () => {
    const well = [...AGG1.slice(0, 3), "healthy", ...AGG1.slice(4)];
    const left = ["/old", "sampler", "running", "", "sha256:1", "sha256:1", "", "0"];
    const reports = [await withPrograms({ docker: dockerWith(SAMP, well) }, () => status(plan))];
    reports.push(await withPrograms({ docker: dockerWith(SAMP, well, left) }, () => status(plan)));
    assert.deepEqual(reports.map(isAllWell), [true, false]);
    assert.deepEqual(statusTable(reports[1]!).rows, [["here", "healthy", "healthy", "running, not planned"]]);
  });

  it("tells a missing container from one that cannot be asked for", async () => {
    const missing = await withPrograms({ docker: dockerWith(SAMP) }, () => status(plan));
    const mute = await withPrograms({ docker: "echo 'Cannot connect to the Docker daemon' >&2; exit 1" }, () => status(plan));
    assert.deepEqual([statusTable(missing).rows, missing.failures], [[["here", "healthy", "missing"]], []]);
    assert.deepEqual(statusTable(mute).rows, [["here", "unknown", "unknown"]]);
    assert.deepEqual(mute.failures, [{ host: "here", kind: "engine", message: "Cannot connect to the Docker daemon" }]);
  });

  it("takes no container for missing on a host whose engine ends while it is asked", async () => {
    const docker = `case "$1" in ps) [ ! -e "\${0%/*}/ended" ] || { echo 'Cannot connect to the Docker daemon' >&2; exit 1; }; echo id ;; *) touch "\${0%/*}/ended"; exit 1 ;; esac`;
    const report = await withPrograms({ docker }, () => status(plan));
    assert.deepEqual(report.failures, [{ host: "here", kind: "engine", message: "Cannot connect to the Docker daemon" }]);
    assert.deepEqual(statusTable(report).rows, [["here", "unknown", "unknown"]]);
  });

  it("names daemons that the site starts, which are no containers, and asks for none", async () => {
    const daemon = (host: string, componentId: number) => ({ host, componentId, dialledAt: [] });
    const externals = [{ name: "node", argv: ["ldmsd"], daemons: [daemon("nid1", 1), daemon("nid2", 2)] }];
    const well = [...AGG1.slice(0, 3), "healthy", ...AGG1.slice(4)];
    const report = await withPrograms({ docker: dockerWith(SAMP, well) }, () => status({ ...plan, externals }));
    assert.deepEqual(report.externals, [{ name: "node", hosts: ["nid1", "nid2"] }]);
    assert.deepEqual(renderExternalGroups(report), ["nid[1-2]: node: external, not asked; `ldms verify -s sketch` says what arrives"]);
    assert.equal(isAllWell(report), true);
    assert.ok(!("externals" in (await withPrograms({ docker: dockerWith(SAMP, well) }, () => status(plan)))));
  });

  it("asks for the containers of its own stack only", async () => {
    const log = 'echo "$*" >>"$0.log"; [ "$1" = ps ] || exit 0';
    const asked = await withPrograms({ docker: `${log}; echo; cat "$0.log" >&2; exit 1` }, () => status(plan));
    assert.match(asked.failures[0]?.message ?? "", /^ps --all --quiet --no-trunc --filter label=ldms\.stack=sketch$/);
  });
});

describe("status of a container's image", () => {
  it("has the names that the host has for it", async () => {
    const docker = `case "$1" in
ps) echo id ;;
inspect) printf '%s\\n' '${SAMP.join("\t")}' ;;
image) shift; printf '%s\\n' "$*" >&2; printf 'image\\tsha256:1\\treg:5000/ldms-samp:4\\treg:5000/ldms-samp@sha256:ab\\n' ;;
esac`;
    const report = await withPrograms({ docker }, () => status(plan));
    assert.deepEqual(report.containers[0]?.imageNames, ["reg:5000/ldms-samp:4", "reg:5000/ldms-samp@sha256:ab"]);
  });
});

describe("status of a stack of more than 64 hosts", function () {
  this.timeout(120_000);
  const ssh = 'echo x >>"$0.log"; exit 255';
  /** An engine of the aggregator's host, which answers for the host itself, too. */
  const docker = STANDIN.replace(
    'case "$*" in',
    `case "$*" in\nps*) echo id ;;\n*restart*|*RestartCount*.Config.Image*|*Config.Image*) printf '%s\\n' '${["/agg1", "aggregator", "running", "healthy", "i", "sha256:1", "", "0"].join("\t")}' ;;`,
  );

  it("asks the aggregators, and no host of a sampler that they have", async () => {
    const look = await withPrograms({ docker, ssh }, () => status(planOf(HOSTS)));
    assert.deepEqual([look.askedHosts, look.failures, look.containers.length], [1, [], HOSTS.length + 1]);
    assert.equal(isAllWell(look), true);
    const [first] = look.containers;
    assert.deepEqual([first?.state, first?.toldBy], ["running", { host: "agg", container: "agg1" }]);
  });

  it("asks the hosts of those that they miss", async () => {
    const look = await withPrograms({ docker, ssh }, () => status(planOf([...HOSTS, "x1", "x2"])));
    assert.equal(look.askedHosts, 3);
    assert.deepEqual(
      look.failures.map(({ host }) => host),
      ["x1", "x2"],
    );
  });

  it("asks 256 of these, and says so of the others", async () => {
    const more = Array.from({ length: 300 }, (_, i) => `x${i + 1}`);
    const look = await withPrograms({ docker, ssh }, () => status(planOf([...HOSTS, ...more])));
    assert.equal(look.askedHosts, 257);
    const notAsked = look.failures.filter(({ kind }) => kind === "not-asked");
    assert.deepEqual([notAsked.length, notAsked[0]?.message.split(",")[0]], [44, "missed by its aggregator"]);
    assert.equal(isAllWell(look), false);
  });

  it("names no aggregator where the stack has none", async () => {
    const many = planOf(Array.from({ length: 257 }, (_, i) => `x${i + 1}`));
    const [hosts, daemons] = [many.hosts.filter(({ name }) => name !== "agg"), many.daemons.filter(({ host }) => host !== "agg")];
    const samplers = { ...many, hosts, daemons, pulls: [] };
    const look = await withPrograms({ docker, ssh }, () => status(samplers));
    assert.deepEqual(look.failures.at(-1), {
      host: "x257",
      kind: "not-asked",
      message: "not asked: the stack has no aggregators that tell of hosts, and at most 256 are asked; `--all` asks all",
    });
  });
});

describe("status that is watched", () => {
  it("looks until the signal comes, and gives the last look", async () => {
    const controller = new AbortController();
    let looks = 0;
    const onLook = () => {
      looks++;
      if (looks === 3) controller.abort();
    };
    const args = { watchSeconds: 0.01, onLook, signal: controller.signal };
    const last = await withPrograms({ docker: dockerWith(SAMP, AGG1) }, () => status(plan, args));
    assert.deepEqual([looks, last.containers.length], [3, 2]);
  });
});
