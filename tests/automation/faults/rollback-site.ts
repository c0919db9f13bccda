import promises from "node:fs/promises";
import type { SiteArgs } from "../../../automation";

/** A rollback to run 1 that ends itself by SIGKILL before its Nth change of a name on the disk: `rollback-site.ts '{ "folder": … }' N`. Prints `done` where there are fewer. */
async function main([args = "{}", at = "0"]: readonly string[]): Promise<void> {
  let calls = 0;
  for (const name of ["rename", "link", "rm"] as const) {
    const real = promises[name] as (...values: unknown[]) => Promise<void>;
    const counted = (...values: unknown[]) => {
      calls += 1;
      if (calls === Number(at)) process.kill(process.pid, "SIGKILL");
      return real(...values);
    };
    Object.assign(promises, { [name]: counted });
  }
  const { openSite } = require("../../../automation") as typeof import("../../../automation");
  await (await openSite(JSON.parse(args) as SiteArgs)).rollback(1).result;
  process.stdout.write("done\n");
}

void main(process.argv.slice(2));
