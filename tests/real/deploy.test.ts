import { randomBytes } from "node:crypto";
import { clearHeads, equipHeads, FAN_OUT } from "../lab/fan-out-stack";
import { nowSeconds } from "../lab/lab-facts";
import { succeeded } from "../lab/lab-stack";
import { describeReal, emptyStores, realStack } from "./real-stack";
import { waitForRowsSince } from "./stored";

/** After the last step of `up`. */
const ARRIVES_SECONDS = 15;
const METHODS = { docker: {}, "fan-out": FAN_OUT };

describeReal("a first deployment of the real daemons", (lab) => {
  before(equipHeads);
  after(clearHeads);

  for (const [method, byMethod] of Object.entries(METHODS)) {
    for (const configure of ["files", "maestro"] as const) {
      for (const mode of ["host", "key", "none"] as const) {
        it(`has all samplers in the store within 15 s, and differs in nothing then: by ${method}, configured by ${configure}, munge ${mode}`, async () => {
          const stack = `real-${method}-${configure}-${mode}`;
          await emptyStores();
          lab.project.writeStackFile(stack, realStack(configure, { ...byMethod, "ldms:munge": { mode } }));
          if (mode === "key") {
            const stdin = randomBytes(128).toString("base64");
            succeeded(await lab.ldms(["config", "set", "-s", stack, "--secret", "mungeKey"], { stdin }));
          }
          const run = (verb: string) => lab.ldms([verb, "-s", stack, "--engine", "embedded", "--yes"], { timeoutSeconds: 400 });
          try {
            succeeded(await run("up"));
            const waited = await waitForRowsSince(nowSeconds(), [1, 2, 3, 4], ARRIVES_SECONDS);
            // By fan-out the head asks, which is another machine.
            for (const verb of ["drift", "preflight"]) succeeded(await lab.ldms([verb, "-s", stack]));
            console.log(`      | ${method} | ${configure} | ${mode} | ${waited.toFixed(1)} |`);
          } finally {
            succeeded(await run("destroy"));
          }
        });
      }
    }
  }
});
