/** A nightly report of what on the hosts is not as it was deployed, as JSON; exit code 1 where there is any, 2 where nobody knows. `drift-report.ts FOLDER STACK` */
import { openSite } from "ldms";

async function main([folder = ".", stack = "lab"]: readonly string[]): Promise<void> {
  const site = await openSite({ folder, stack });
  const { steps, durationSeconds } = await site.preview({ refresh: true }).result;
  const drift = steps.map(({ name, op, type, diffs }) => ({ name, op, type, diffs }));
  console.log(JSON.stringify({ stack, time: new Date().toISOString(), durationSeconds, drift }, null, 2));
  process.exitCode = drift.length > 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 2;
});
