import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { runOnHost } from "../../../lab/lab";
import { type LabStack, succeeded } from "../lab-stack";
import type { StackChanges } from "../project-folder";

/** The images that the standard stack has pushed, taken from the registry as a site does. */
function fromRegistry(tag: string): StackChanges {
  return { "ldms:images": { registry: "198.18.0.5:5000", tag, source: "registry" } };
}

/** Containers of the lab by the image that they run. */
const PLACES = {
  "ldms-agg": ["cygnus-07", "agg2"],
  "ldms-grafana": ["cygnus-07", "grafana"],
  "ldms-maestro": ["cygnus-07", "maestro"],
  "ldms-samp": ["cygnus-01", "samp"],
  "ldms-ui": ["cygnus-07", "ui"],
} as const;

/** `sha256:…`, by which the host has pulled what the container runs. */
async function runningDigest([host, container]: readonly [string, string]): Promise<string> {
  const ofImage = `docker image inspect --format '{{index .RepoDigests 0}}' "$(docker inspect --format '{{.Image}}' ${container})"`;
  return (await runOnHost(host, ofImage)).split("@")[1]!;
}

/** Tags made digests, in the stack file. */
export function describeImageLock(lab: LabStack): void {
  describe("`ldms images lock`", () => {
    before(() => lab.haveStandard());

    it("writes the digests that the hosts run, and the next time nothing", async () => {
      lab.project.writeStackFile("lab", fromRegistry("standin"));
      const { stdout } = succeeded(await lab.ldms(["images", "lock", "-s", "lab", "--json"]));
      const locked = JSON.parse(stdout) as readonly { readonly image: string; readonly digest: string }[];
      const running = await Promise.all(Object.entries(PLACES).map(async ([image, place]) => [image, await runningDigest(place)] as const));
      assert.deepEqual(Object.fromEntries(locked.map(({ image, digest }) => [image, digest])), Object.fromEntries(running));
      const plan = succeeded(await lab.ldms(["plan", "-s", "lab"]));
      assert.match(plan.stdout, new RegExp(`ldms-samp:standin@${Object.fromEntries(running)["ldms-samp"]} -x sock:411`));
      const again = succeeded(await lab.ldms(["images", "lock", "-s", "lab"]));
      assert.equal(again.stdout.trim().split("\n").at(-1), "Pulumi.lab.yaml: 0 changed, 5 unchanged");
    });

    it("writes nothing where the registry has not all of them, and names host and image", async () => {
      lab.project.writeStackFile("lab", fromRegistry("absent"));
      const before = readFileSync(lab.project.stackFile("lab"), "utf8");
      const { code, stderr } = await lab.ldms(["images", "lock", "-s", "lab"]);
      assert.equal(code, 1);
      assert.match(stderr, /^198\.18\.0\.1\d: ask the registry for `198\.18\.0\.5:5000\/ovishpc\/ldms-\w+:absent`: /);
      assert.match(stderr, /nothing was written$/m);
      assert.equal(readFileSync(lab.project.stackFile("lab"), "utf8"), before);
    });
  });
}
