import { isLabUp } from "../../../lab/lab";

/** For a suite's `before`: skips it, loudly, while the lab is down; with LDMS_LAB_REQUIRED=1 that is a failure. */
export async function needLab(this: Mocha.Context): Promise<void> {
  if (await isLabUp().catch(() => false)) return;
  if (process.env["LDMS_LAB_REQUIRED"] === "1") throw new Error("the lab is not up: `npm run lab:up`");
  console.warn("!!!! The lab is not up: the tests on it are SKIPPED; `npm run lab:up` !!!!");
  this.skip();
}

/** No container of the example stack lives here, so what a test breaks is its own. */
export const SPARE_HOST = "cygnus-08";
/** In the lab's network; nobody has it. */
export const DEAD_ADDRESS = "198.18.0.99";
