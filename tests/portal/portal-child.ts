import { openSite, type SiteArgs } from "../../automation";
import { servePortal } from "../../portal/server/serve-portal";

interface ChildArgs extends SiteArgs {
  readonly pageFolder: string;
}

/** A portal in a process of its own, to be killed: `portal-child.ts '{ "folder": … }'`. Prints what it says, then `at ADDRESS`. */
async function main([args = "{}"]: readonly string[]): Promise<void> {
  const { pageFolder, ...site } = JSON.parse(args) as ChildArgs;
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const sites = [await openSite(site)];
  const { address } = await servePortal({ sites, pageFolder, version: "0.1.0", say, listen: "127.0.0.1:0", waitSeconds: 0, graceMs: 0 });
  say(`at ${address}`);
}

void main(process.argv.slice(2));
