import { mkdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { importLdms } from "../../plan/ldms-import/import-ldms";
import { type Daemons, freePorts, haveDaemons, waitFor } from "./daemons";
import { planHere, startPlanned } from "./planned-daemons";

const FILES = join(__dirname, "../fixtures/sites/recorded");

/** Recorded files of two samplers and two aggregators, at other ports and in another folder. */
function filesAt(folder: string, ports: readonly number[]) {
  return ["samp", "l1", "l2"].map((name) => {
    const text = readFileSync(join(FILES, `${name}.conf`), "utf8");
    const moved = ["20501", "20502", "20711", "20811"].reduce((before, port, i) => before.replaceAll(port, String(ports[i])), text);
    return { name: `${name}.conf`, text: moved.replaceAll("/data/store_csv", folder).replace(/^.*(sos).*$/gm, "") };
  });
}

type Group = Readonly<Record<string, unknown>>;

describe("a stack that is made of ldmsds' own files, on real ldmsds", function () {
  this.timeout(60_000);
  let daemons: Daemons;

  haveDaemons((made) => {
    daemons = made;
  });

  it("brings the rows that these bring: two samplers, two levels, two schemas", async () => {
    const folder = join(daemons.folder, "rows");
    mkdirSync(folder);
    const { config } = importLdms(filesAt(folder, await freePorts(4)));
    const here = (groups: unknown) => (groups as readonly Group[]).map((group) => ({ ...group, hosts: "localhost" }));
    const { munge: _munge, ...keys } = config;
    // What no file says: where the last aggregator runs.
    const values = { ...keys, hosts: "localhost", componentIds: { localhost: 1 } };
    await startPlanned(daemons, planHere({ ...values, samplers: here(config["samplers"]), aggregators: here(config["aggregators"]) }));
    await waitFor("rows of both samplers in both files", 30, async () => {
      const files: readonly string[] = await readdir(join(folder, "c_csv")).catch(() => []);
      const texts = await Promise.all(
        ["meminfo", "vmstat"].map((name) => (files.includes(name) ? readFile(join(folder, "c_csv", name), "utf8") : "")),
      );
      return texts.every(
        (text) => new Set(text.split("\n").flatMap((line) => /^[0-9.]+,[0-9]+,([^,]+),/.exec(line)?.[1] ?? [])).size === 2,
      );
    });
  });
});
