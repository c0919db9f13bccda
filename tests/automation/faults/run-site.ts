import { openSite, type SiteArgs } from "../../../automation";

/** An `up` in a process of its own, to be killed: `run-site.ts '{ "folder": … }'`. Prints the name of each step that begins. */
async function main([args = "{}"]: readonly string[]): Promise<void> {
  const run = (await openSite(JSON.parse(args) as SiteArgs)).up();
  for await (const { resourcePreEvent } of run)
    if (resourcePreEvent) process.stdout.write(`${resourcePreEvent.metadata.urn.split("::").at(-1)}\n`);
}

void main(process.argv.slice(2));
