/** A gate before a change: previews, shows what the rules and the policy pack say, and refuses (exit code 1) where one is broken. `gate.ts FOLDER STACK` */
import { openSite, PlanViolationError, POLICY_PACK, PolicyViolationError } from "ldms";

async function main([folder = ".", stack = "cygnus"]: readonly string[]): Promise<void> {
  const site = await openSite({ folder, stack });
  try {
    const { steps, violations } = await site.preview({ policyPacks: [POLICY_PACK] }).result;
    for (const { policy, message } of violations) console.log(`advice: ${policy}: ${message}`);
    for (const { op, name } of steps) console.log(`${op} ${name}`);
    console.log(`passed: ${steps.length} changes`);
  } catch (error) {
    if (error instanceof PlanViolationError) for (const { rule, message } of error.violations) console.log(`refused: ${rule}: ${message}`);
    else if (error instanceof PolicyViolationError)
      for (const { policy, message } of error.violations) console.log(`refused: ${policy}: ${message}`);
    else throw error;
    process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 2;
});
