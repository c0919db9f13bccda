import { installedPeers } from "../../bench/bench-stack";
import { LightHosts } from "../../bench/light-hosts";

interface LightArgs {
  /** How long its stand-in of docker takes for a run. @default 0 */
  readonly runSeconds?: number;
  /** And for a pull. @default 0 */
  readonly pullSeconds?: number;
  /** Whether pdsh or clush is needed here. @default false */
  readonly fansOut?: boolean;
}

/** Light hosts for the tests of a suite, which are skipped, and say so, where something is missing here. */
export async function startLightHosts(hook: Mocha.Context, { runSeconds = 0, pullSeconds = 0, fansOut = false }: LightArgs = {}) {
  const hasTool = installedPeers().some((tool) => tool !== "ansible");
  const missing = [...LightHosts.missing(), ...(fansOut && !hasTool ? ["pdsh or clush"] : [])];
  if (missing.length > 0) {
    console.warn(`!!!! No light hosts here: these tests are SKIPPED; missing: ${missing.join(" ")} !!!!`);
    hook.skip();
  }
  return LightHosts.start(runSeconds, pullSeconds);
}
