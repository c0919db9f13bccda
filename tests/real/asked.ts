import { setTimeout as sleep } from "node:timers/promises";
import { runOnHost } from "../../lab/lab";

/** What a daemon itself says, asked inside its container. */
function inContainer(host: string, container: string, command: string): Promise<string> {
  return runOnHost(host, `docker exec -i ${container} sh -c '${command}'`);
}

/** `{ meminfo: "1000000:0" }`: of each set by its schema, how often it is sampled and the offset, in microseconds. */
export async function sampledAt(host: string, container = "samp"): Promise<Readonly<Record<string, string>>> {
  const { sets } = JSON.parse(await inContainer(host, container, "ldms_ls -h localhost -x sock -p 411 -a munge -v -f json")) as {
    readonly sets: readonly { readonly schema: string; readonly info: { readonly updt_hint_us?: string } }[];
  };
  return Object.fromEntries(sets.map(({ schema, info }) => [schema, info.updt_hint_us ?? ""]));
}

/** Columns of a status of ldmsd_controller, below its header: `["agg1", "1000000:200000", …]`. */
export async function statusRows(host: string, container: string, status: string): Promise<readonly (readonly string[])[]> {
  const text = await inContainer(host, container, `echo ${status} | ldmsd_controller -x sock -h localhost -p 411 -a munge`);
  const lines = text.split("\n");
  const rule = lines.findIndex((line) => /^[- ]{10,}$/.test(line));
  return lines
    .slice(rule + 1)
    .filter((line) => /^\S/.test(line))
    .map((line) => line.split(/\s+/));
}

/** Tries again each second until the check holds or time is up, when it throws what it found last. */
export async function eventually(check: () => Promise<void>, timeoutSeconds: number): Promise<void> {
  for (const deadline = Date.now() + timeoutSeconds * 1000; ; await sleep(1000)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
