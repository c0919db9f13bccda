import { mkdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type Daemons, freePorts, haveDaemons, waitFor } from "./daemons";
import { planHere, startPlanned } from "./planned-daemons";

type Group = Readonly<Record<string, unknown>>;

const PAGE = readFileSync(join(__dirname, "../../docs/sites.md"), "utf8");
const AS_IS = /^```json\n([\s\S]*?)^```/m.exec(PAGE)![1]!;

/** The page's stack files that loopback can have, with the files that rows are awaited in; one sampler and one aggregator on this host take the place of the site's. */
const SITES: readonly (readonly [title: string, files: readonly RegExp[]])[] = [
  ["CSV with a decomposition", [/^node\/meminfo/, /^node\/vmstat/]],
  ["Firewalls", [/^mem\/meminfo/]],
  ["No maestro", [/^mem\/meminfo/]],
];

function stackOf(title: string): Readonly<Record<string, readonly Group[]>> {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${title}\n`))!;
  return (parse(/^```yaml\n([\s\S]*?)^```/m.exec(section)![1]!) as { readonly config: Readonly<Record<string, readonly Group[]>> }).config;
}

async function countLines(file: string): Promise<number> {
  return (await readFile(file, "utf8")).split("\n").length - 1;
}

describe("the stack files of docs/sites.md, by the plan's files on real ldmsds", function () {
  this.timeout(60_000);
  let daemons: Daemons;

  haveDaemons((made) => {
    daemons = made;
  });

  for (const [title, files] of SITES) {
    it(`bring rows: ${title}`, async () => {
      const [samplerPort, aggregatorPort] = (await freePorts(2)) as [number, number];
      const path = join(daemons.folder, "rows");
      mkdirSync(path);
      const config = stackOf(title);
      const samplers = config["ldms:samplers"]!.map((group) => ({ ...group, hosts: "localhost", port: samplerPort }));
      const aggregators = config["ldms:aggregators"]!.map((group) => ({
        ...group,
        ...{ hosts: "localhost", port: aggregatorPort },
        // Each row at once, not a block of them.
        stores: (group["stores"] as readonly Group[]).map((store) => ({ ...store, path, config: { buffer: 0 } })),
      }));
      await startPlanned(daemons, planHere({ samplers, aggregators }, { "as-is.json": AS_IS }));
      await waitFor("three rows in each file", 30, async () => {
        const names = await readdir(path, { recursive: true });
        const found = files.map((pattern) => names.find((name) => pattern.test(name)));
        const counts = await Promise.all(found.map((name) => (name === undefined ? 0 : countLines(join(path, name)))));
        // A file may begin with a line of names.
        return counts.every((count) => count > 3);
      });
    });
  }
});
