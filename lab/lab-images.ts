import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import spawn from "nano-spawn";
import { docker } from "./docker-cli";
import { GRAFANA_BASE_IMAGE, HOST_IMAGE, LAB_LABEL, LabError, PROJECT_FOLDER, REGISTRY_IMAGE } from "./names";
import { say, ticking } from "./progress";

/** debootstrap takes about a minute on two cores; a slow mirror takes the rest. */
const BASE_IMAGE_TIMEOUT_SECONDS = 600;
const BUILD_TIMEOUT_SECONDS = 600;

interface LabImage {
  readonly name: string;
  /** Holds the Dockerfile: `lab/host`. */
  readonly folder: string;
  readonly suite: "bookworm" | "trixie";
}

const IMAGES: readonly LabImage[] = [
  { name: HOST_IMAGE, folder: "lab/host", suite: "trixie" },
  { name: REGISTRY_IMAGE, folder: "lab/registry", suite: "bookworm" },
  // What `grafanaBase` of Pulumi.lab.yaml names: the real base is in a registry that a lab without internet cannot reach.
  { name: GRAFANA_BASE_IMAGE, folder: "lab/standin/grafana", suite: "bookworm" },
];

/** Builds what is not there or made from another recipe; returns the image's id by its name. */
export async function ensureLabImages(): Promise<ReadonlyMap<string, string>> {
  const ids = await Promise.all(IMAGES.map(async (image) => [image.name, await ensureImage(image)] as const));
  return new Map(ids);
}

async function ensureImage({ name, folder, suite }: LabImage): Promise<string> {
  const base = (await inspect(`debian:${suite}-slim`, "{{.Id}}")) ?? (await makeBase(suite));
  const recipe = recipeHash(folder, base);
  const found = await inspect(name, '{{.Id}} {{index .Config.Labels "ldms.lab.recipe"}}');
  const [id, builtFrom] = found?.split(" ") ?? [];
  if (id && builtFrom === recipe) return id;

  say(`building the image ${name}`);
  // The machine's own network: a resolver on its loopback is out of reach for a build on the bridge.
  const labels = ["--label", LAB_LABEL, "--label", `ldms.lab.recipe=${recipe}`];
  const build = ["build", "--quiet", "--network", "host", ...labels, "--tag", name, join(PROJECT_FOLDER, folder)];
  await ticking(`building ${name}`, docker(build, BUILD_TIMEOUT_SECONDS));
  return (await docker(["image", "inspect", "--format", "{{.Id}}", name])).trim();
}

async function makeBase(suite: string): Promise<string> {
  const script = join(PROJECT_FOLDER, "lab/base-image.sh");
  try {
    await spawn("bash", [script, suite], { stdio: ["ignore", "inherit", "inherit"], timeout: BASE_IMAGE_TIMEOUT_SECONDS * 1000 });
  } catch (error) {
    throw new LabError(`debian:${suite}-slim`, `cannot be made: ${(error as Error).message}`, "bash lab/setup.sh");
  }
  return docker(["image", "inspect", "--format", "{{.Id}}", `debian:${suite}-slim`]);
}

/** Undefined where there is no such image. */
async function inspect(image: string, format: string): Promise<string | undefined> {
  try {
    return await docker(["image", "inspect", "--format", format, image]);
  } catch (error) {
    if (error instanceof LabError && /no such image/i.test(error.problem)) return undefined;
    throw error;
  }
}

function recipeHash(folder: string, baseId: string): string {
  const hash = createHash("sha256").update(baseId);
  for (const file of readdirSync(join(PROJECT_FOLDER, folder)).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(PROJECT_FOLDER, folder, file)));
  }
  return hash.digest("hex").slice(0, 16);
}
