import { LightHosts } from "../../bench/light-hosts";

interface LightArgs {
  /** How long its stand-in of docker takes for a run. @default 0 */
  readonly runSeconds?: number;
  /** And for a pull. @default 0 */
  readonly pullSeconds?: number;
}

/** Light hosts for the tests of a suite, which are skipped, and say so, where something is missing here. */
export async function startLightHosts(hook: Mocha.Context, { runSeconds = 0, pullSeconds = 0 }: LightArgs = {}) {
  const missing = LightHosts.missing();
  if (missing.length > 0) {
    console.warn(`!!!! No light hosts here: these tests are SKIPPED; missing: ${missing.join(" ")} !!!!`);
    hook.skip();
  }
  return LightHosts.start(runSeconds, pullSeconds);
}
