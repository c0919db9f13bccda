import type { Command } from "commander";
import { parseHostAddress } from "../engine/providers/docker/host-address";
import { registryDigest } from "../engine/providers/docker/registry-digest";
import { dockerHostUrl, sshOpts } from "../plan/hosts/ssh";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import type { PlannedImage } from "../plan/model/image";
import { holdStackFile } from "../stack/stack-config";
import { addImageBuildCommands } from "./image-build-commands";
import { addImageImportCommand } from "./image-import-command";
import { print, printJson, stackOption } from "./io";
import { addSaveCommand } from "./save-command";
import { addSbomCommand } from "./sbom-command";
import { locateStack, openPlan } from "./stack";

interface LockOptions {
  readonly stack: string;
  readonly json?: boolean;
}

interface LockedImage {
  readonly image: string;
  readonly reference: string;
  readonly digest: string;
  /** What the stack file had before. */
  readonly before?: string;
}

/** Hosts asked for one image before its failure is told. */
const HOSTS_ASKED = 3;

export function addImageCommands(program: Command): void {
  const images = program.command("images").description("the images that the stack's containers are made from");
  images
    .command("lock")
    .description("write the digests that the registry has now into the stack file: a tag that moves changes nothing then")
    .addOption(stackOption())
    .option("--json", "the same as JSON")
    .addHelpText("after", "\nExample:\n  ldms images lock -s cygnus && git diff Pulumi.cygnus.yaml")
    .action(runLock);
  addSbomCommand(images);
  addImageBuildCommands(images);
  addImageImportCommand(images);
  addSaveCommand(images);
}

async function runLock({ stack, json }: LockOptions): Promise<void> {
  const location = await locateStack(stack);
  const { plan, config } = await openPlan(stack);
  // A digest in `images.references` stands above those of `images.digests`.
  const hasOwnDigest = (name: string) =>
    Object.entries(config.images.references).some(([image, text]) => image === name && text.includes("@"));
  const named = plan.images.filter(({ name, build, archive }) => build === undefined && archive === undefined && !hasOwnDigest(name));
  // All are asked before one is written: half a lock is none.
  const locked = await Promise.all(named.map((image) => lockImage(plan, image, location.projectFolder)));
  await holdStackFile(location, async (file) => {
    for (const { image, digest, before } of locked) if (digest !== before) await file.setInside("images", ["digests", image], digest);
  });
  if (json) printJson(locked);
  else print([...locked.map(renderLocked), renderSummary(stack, plan, locked)].join("\n"));
}

/** A host that runs it is asked: its engine has the way to the registry and the login there. */
async function lockImage(plan: DeploymentPlan, { name, reference, digest: before }: PlannedImage, folder: string): Promise<LockedImage> {
  const failures: string[] = [];
  for (const { connection } of plan.hosts
    .filter(({ containers }) => containers.some(({ image }) => image === name))
    .slice(0, HOSTS_ASKED)) {
    try {
      const digest = await registryDigest(parseHostAddress(dockerHostUrl(connection)), { opts: sshOpts(connection), folder }, reference);
      return { image: name, reference, digest, ...(before !== undefined && { before }) };
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Error(`${failures.join("\n")}\n${name}: no digest; nothing was written`);
}

function renderLocked({ image, digest, before }: LockedImage): string {
  return `${image}: ${digest}${before === undefined || before === digest ? "" : `, was ${before}`}`;
}

function renderSummary(stack: string, { images }: DeploymentPlan, locked: readonly LockedImage[]): string {
  const changed = locked.filter(({ digest, before }) => digest !== before).length;
  const rest = images.length - locked.length;
  return `Pulumi.${stack}.yaml: ${changed} changed, ${locked.length - changed} unchanged${rest > 0 ? `, ${rest} left out: built here, from an archive, or pinned by their reference` : ""}`;
}
