/** Deploys a site and prints its progress, folded by what happens. `deploy.ts FOLDER STACK` */
import { type EngineEvent, openSite } from "ldms";

/** `create: docker:index/container:Container` to the number of resources that it is done for. */
const done = new Map<string, number>();

function show({ resOutputsEvent, diagnosticEvent }: EngineEvent): void {
  if (diagnosticEvent && diagnosticEvent.severity !== "info") process.stderr.write(diagnosticEvent.message);
  if (!resOutputsEvent || String(resOutputsEvent.metadata.op) === "same") return;
  const key = `${resOutputsEvent.metadata.op}: ${resOutputsEvent.metadata.type}`;
  done.set(key, (done.get(key) ?? 0) + 1);
}

async function main([folder = ".", stack = "lab"]: readonly string[]): Promise<void> {
  const site = await openSite({ folder, stack });
  const run = site.up();
  for await (const event of run) show(event);
  const { changes, outputs, skippedHosts } = await run.result;
  for (const [key, count] of done) console.log(`${key} (${count})`);
  console.log(JSON.stringify({ engine: site.engine, changes, outputs, skippedHosts }));
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
});
