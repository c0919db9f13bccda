import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { hostNames, runOnHost } from "../../../lab/lab";
import { AS_IS, documented, type Entry, stackOf, together } from "../documented-stacks";
import { type LabStack, succeeded } from "../lab-stack";
import type { StackChanges } from "../project-folder";

const STORES = ["/data", "/store"];
const WAIT_SECONDS = 60;
/** Who starts the daemon that is none of the stack's. */
const BY_HAND = "by-hand";
const OVIS_WORD = "a-word-of-the-lab";

interface Binaries {
  /** Over those of Pulumi.lab.yaml. */
  readonly changes?: StackChanges;
  readonly tag: string;
}

/** The stack files of docs/sites.md with the lab's hosts in place of the site's, and what no section has, on a stack of its own. */
export function describeSites(lab: LabStack, { changes = {}, tag }: Binaries): void {
  describe("sites of every kind", () => {
    const clear = () => Promise.all(hostNames.map((host) => runOnHost(host, `rm -rf ${STORES.join(" ")}`)));
    const up = async (stack: StackChanges) => {
      writeFileSync(join(lab.project.path, AS_IS.name), AS_IS.text);
      await lab.haveNothing();
      await clear();
      succeeded(await lab.up({ ...stack, ...changes }));
    };
    const verify = async () => succeeded(await lab.ldms(["verify", "-s", "lab", "--wait", String(WAIT_SECONDS)])).stdout;

    before(clear);
    after(async () => {
      await lab.haveNothing();
      await clear();
    });

    it("are deployed: rack and node names, each rack to its own aggregator, ids by rule", async () => {
      const racks = documented("Rack and node names", [
        ["r[1-4]n[001-256]", "cygnus-[01-04]"],
        ["r[1-2]n[001-256]", "cygnus-[01-02]"],
        ["r[3-4]n[001-256]", "cygnus-[03-04]"],
        ["svc1", "cygnus-05"],
        ["svc2", "cygnus-06"],
        ["svc3", "cygnus-07"],
      ]);
      const ids = { "cygnus-[01-04]": "2001-2004", "cygnus-[05-08]": "20001-20004" };
      await up(stackOf(racks, { "ldms:componentIds": ids }));
      assert.match(await verify(), /^4 of 4 samplers in the store on cygnus-07, newest row [0-9]+ s old$/m);
      const rows = await runOnHost("cygnus-07", "cat /data/csv/mem/meminfo");
      const found = new Set(rows.split("\n").flatMap((line) => (/^[0-9]/.test(line) ? [line.split(",")[3]] : [])));
      assert.deepEqual([...found].sort(), ["2001", "2002", "2003", "2004"]);
      assert.deepEqual(await producersOf("cygnus-05", "agg-west"), ["samp-2001", "samp-2002"]);
      assert.deepEqual(await producersOf("cygnus-06", "agg-east"), ["samp-2003", "samp-2004"]);
    });

    it("are deployed: CSV with a decomposition, samplers that advertise, two networks, no maestro", async () => {
      const sites = {
        csv: documented("CSV with a decomposition", [
          ["n[001-064]", "cygnus-01"],
          ["svc201", "cygnus-05"],
        ]),
        fire: documented("Firewalls", [
          ["n[001-064]", "cygnus-02"],
          ["svc201", "cygnus-06"],
        ]),
        nets: documented("Two networks", [
          ["n[001-064].cluster.site", "cygnus-03"],
          ["svc201.cluster.site", "cygnus-07"],
          ["{short}-ib0.{domain}", "{host}-iw"],
          ["xprt: rdma", "xprt: sock"],
        ]),
        bare: documented("No maestro", [
          ["n[1-8]", "cygnus-04"],
          ["svc11", "cygnus-08"],
        ]),
      };
      await up(stackOf(together(sites)));
      const said = await verify();
      for (const [store, host] of Object.entries({ "csv-csv": 5, "fire-mem": 6, "nets-mem": 7, "bare-mem": 8 })) {
        assert.match(said, new RegExp(`^1 of 1 samplers in store \`${store}\` on cygnus-0${host}, newest row [0-9]+ s old$`, "m"));
      }
      const kinds = await runOnHost("cygnus-05", "ls /data/csv/node");
      assert.match(kinds, /^meminfo_[0-9a-f]{7}\nvmstat_[0-9a-f]{7}$/);
      assert.match(await ask("cygnus-06", "fire-agg1", "prdcr_status"), /^cygnus-02:411 .* CONNECTED +advertised, passive *$/m);
      assert.match(await ask("cygnus-07", "nets-agg1", "prdcr_status"), /^samp-3 +cygnus-03-iw +20411 .* CONNECTED +active *$/m);
    });

    it("are deployed: job ids of Slurm without privileges, and a sampler of the node image, started by hand", async () => {
      const slurm = documented("GPUs and Slurm", [
        ["cpu[001-064]", "cygnus-02"],
        ["gpu[101-108]", "cygnus-03"],
        ["svc201", "cygnus-06"],
      ]);
      const image = documented("Samplers in the node image", [
        ["nid[0001-0512]", "cygnus-01"],
        ["svc2001", "cygnus-05"],
      ]);
      await Promise.all(
        ["cygnus-02", "cygnus-03"].map((host) => runOnHost(host, "mkdir -p /run/slurm-job; echo JOBID=4711 >/run/slurm-job/jobinfo")),
      );
      const stack = stackOf(together({ slurm: withoutGpus(slurm), image }), { "ldms:profile": "minimal" });
      await up(stack);
      const folder = mkdtempSync(join(tmpdir(), "ldms-node-image-"));
      try {
        const missing = await lab.ldms(["verify", "-s", "lab"]);
        assert.equal(missing.code, 1);
        assert.match(missing.stdout, /^0 of 1 samplers in store `image-mem` on cygnus-05, .*; missing: cygnus-01 \(component 1\)$/m);
        succeeded(await lab.ldms(["plan", "-s", "lab", "--write-files", folder]));
        await startByHand("cygnus-01", folder, tag);
        const said = await verify();
        assert.match(said, /^1 of 1 samplers in store `image-mem` on cygnus-05, newest row [0-9]+ s old$/m);
        assert.match(said, /^2 of 2 samplers in store `slurm-mem` on cygnus-06, newest row [0-9]+ s old$/m);
        for (const [host, container] of Object.entries({ "cygnus-02": "samp", "cygnus-03": "gpu" })) {
          assert.match(await runOnHost(host, `docker exec ${container} cat /run/slurm-job/jobinfo`), /^JOBID=4711$/m);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
        await runOnHost("cygnus-01", `docker rm --force ${BY_HAND} >/dev/null 2>&1; rm -rf /root/node-image`);
        await Promise.all(["cygnus-02", "cygnus-03"].map((host) => runOnHost(host, "rm -rf /run/slurm-job")));
      }
    });

    it("are deployed: three levels, two aggregators on a host, ovis and munge, a plugin twice, a stream that arrives", async () => {
      writeFileSync(join(lab.project.path, SMALL.name), SMALL.text);
      await up(stackOf(RICH, await secretOf("ovisSecret", OVIS_WORD)));
      for (const store of ["mem", "slow"]) {
        assert.match(await verify(), new RegExp(`^4 of 4 samplers in store \`${store}\` on cygnus-08, newest row [0-9]+ s old$`, "m"));
      }
      const shares = await Promise.all(["agg1", "agg1-2"].map((container) => producersOf("cygnus-05", container)));
      assert.deepEqual([shares.flat().sort(), shares.map(({ length }) => length)], [SAMPLERS, [2, 2]]);
      assert.match(
        await ask("cygnus-05", "agg1", "prdcr_status"),
        /^samp-[1-4] +cygnus-0[1-4]-iw +20411 +sock +ovis .* CONNECTED +active *$/m,
      );
      assert.match(await ask("cygnus-06", "agg2", "prdcr_status"), /^agg1-5 +cygnus-05 +10411 +sock +DEFAULT .* CONNECTED +active *$/m);
      const sets = await runOnHost("cygnus-08", "cut -d, -f3 /store/small/mem_small | sort -u");
      for (const number of [1, 2, 3, 4]) assert.match(sets, new RegExp(`^"?cygnus-0${number}/meminfo"?$`, "m"));

      const stored = () => runOnHost("cygnus-08", "cat /store/jobs/*");
      const publish = "ldmsd_stream_publish -x sock -h localhost -p 411 -a munge -s jobs -t json -f /dev/stdin";
      // What is published before the subscriptions have gone down the path is lost.
      const arrives = async () => {
        await runOnHost("cygnus-03", `docker exec --interactive samp ${publish}`, { stdin: '{"job":4711,"user":"someone"}' });
        return (await stored()).includes('4711,"someone"');
      };
      for (let tries = 0; !(await arrives()); tries++) {
        assert.ok(tries < 20, `the stream does not arrive: ${await stored()}`);
        await sleep(1000);
      }
      assert.match(await verify(), /^cygnus-08: agg3: stream `jobs`: [1-9][0-9]* received since its start$/m);
    });

    async function ask(host: string, container: string, question: string): Promise<string> {
      return succeeded(await lab.ldms(["controller", "-s", "lab", host, "--container", container], { stdin: `${question}\n` })).stdout;
    }

    async function producersOf(host: string, container: string): Promise<readonly string[]> {
      const lines = (await ask(host, container, "prdcr_status")).split("\n");
      return lines.flatMap((line) => (/ CONNECTED +active$/.test(line.trimEnd()) ? [line.split(" ")[0]!] : []));
    }

    /** What `ldms config set` makes of it in the stack file, which the next writing of that would lose. */
    async function secretOf(name: string, value: string): Promise<StackChanges> {
      lab.project.writeStackFile("lab", {});
      succeeded(await lab.ldms(["config", "set", "-s", "lab", "--secret", name], { stdin: value }));
      const { config } = parse(readFileSync(lab.project.stackFile("lab"), "utf8")) as { readonly config: StackChanges };
      return Object.fromEntries(Object.entries(config).filter(([, one]) => typeof one === "object" && one !== null && "secure" in one));
    }
  });
}

const SAMPLERS = [1, 2, 3, 4].map((number) => `samp-${number}`);
const SMALL_COLUMNS = [
  { src: "timestamp", dst: "ts", type: "ts" },
  { src: "instance", dst: "instance", type: "char_array", array_len: 64 },
  { src: "component_id", dst: "component_id" },
  { src: "MemFree", dst: "MemFree" },
];
const SMALL = {
  name: "small.json",
  text: JSON.stringify({ type: "static", rows: [{ schema: "mem_small", cols: SMALL_COLUMNS, indices: [{ name: "time", cols: ["ts"] }] }] }),
};
const STORE = { plugin: "store_csv", path: "/store", hostPath: "/store", config: { buffer: 0 } };

/** What no section of the page has. */
const RICH: Parameters<typeof stackOf>[0] = {
  samplers: [
    {
      name: "samp",
      hosts: "cygnus-[01-04]",
      listeners: [{ name: "ov", port: 20411, auth: "ovis", interconnect: "{host}-iw" }],
      plugins: [
        { name: "meminfo", interval: "1s" },
        { name: "meminfo", instance: "meminfo-5s", interval: "5s", config: { schema: "meminfo_5s" } },
      ],
    },
  ],
  aggregators: [
    { name: "agg1", level: 1, hosts: "cygnus-05", perHost: 2, port: 10411, via: "ov", interval: "1s", offset: "200ms" },
    { name: "agg2", level: 2, hosts: "cygnus-06", interval: "1s", offset: "400ms" },
    {
      name: "agg3",
      level: 3,
      hosts: "cygnus-08",
      interval: "1s",
      offset: "450ms",
      stores: [
        { ...STORE, name: "mem", schema: "meminfo", container: "small", decomposition: SMALL.name },
        { ...STORE, name: "slow", schema: "meminfo_5s", container: "mem" },
        { ...STORE, name: "jobs", plugin: "stream_csv_store", stream: "jobs", container: "jobs" },
      ],
    },
  ],
};

function withoutGpus({ samplers, aggregators }: ReturnType<typeof documented>): ReturnType<typeof documented> {
  const isOfGpus = (entry: Entry) => entry["name"] === "dcgm_sampler" || entry["schema"] === "dcgm";
  const without = (entries: unknown) => (entries as readonly Entry[]).filter((entry) => !isOfGpus(entry));
  return {
    samplers: samplers.map(({ gpus, image, ...entry }) => ({ ...entry, plugins: without(entry["plugins"]) })),
    aggregators: aggregators.map((entry) => ({ ...entry, stores: without(entry["stores"]) })),
  };
}

/** The daemon of the node image: the files that `ldms plan` wrote, and its command as it is written there, in a container that the stack does not know. */
async function startByHand(host: string, folder: string, tag: string): Promise<void> {
  const command = readFileSync(join(folder, "node.command"), "utf8").trim();
  const [, id] = new RegExp(`^${host} ([0-9]+)$`, "m").exec(readFileSync(join(folder, "node.ids"), "utf8"))!;
  assert.ok(existsSync(join(folder, "node.conf")));
  await runOnHost(host, "mkdir -p /root/node-image && cat >/root/node-image/node.conf", {
    stdin: readFileSync(join(folder, "node.conf"), "utf8"),
  });
  const line = command.replace("COMPONENT_ID=ID", `COMPONENT_ID=${id}`).replace("$(hostname -s)", host);
  const mounts = "-v /root/node-image:/etc/ldms:ro -v /run/munge:/run/munge:ro";
  const image = `198.18.0.5:5000/ovishpc/ldms-samp:${tag}`;
  await runOnHost(
    host,
    `docker run --detach --name ${BY_HAND} --network host ${mounts} --entrypoint sh ${image} -c 'exec env ${line}' >/dev/null`,
  );
}
