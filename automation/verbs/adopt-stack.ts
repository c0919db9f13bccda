import { findHandMade } from "../../operations/adopt/find-hand-made";
import { writeRecords } from "../../operations/adopt/take-over";
import { type AdoptionProof, type ContainerProof, proveAdoption } from "../../plan/adopt/proof";
import { AS_FOUND } from "../../plan/containers/ownership";
import { SPEC_LABEL } from "../../plan/containers/spec-hash";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { childName } from "../../plan/model/resource-names";
import { BadInputError } from "../../plan/problems/errors";
import { assertNoViolations } from "../../plan/rules/check-plan";
import type { ResourceJson } from "../../stack/deployment-json";
import { makeManifest } from "../../stack/file-backend";
import type { StackLocation } from "../../stack/open-stack";
import { readProjectFile } from "../../stack/project-file";
import { changeState, importStack, readStateResources } from "../../stack/stack-admin";
import { makeUrn } from "../../stack/urn";
import { checkSitePlan, readSitePlan, type SitePlan } from "../site-plan";
import type { RunResult } from "../site-run";
import type { SiteContext } from "./site-context";

const CLUSTER = "ldms:index:Cluster";
const HOST = "ldms:index:Host";
const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";

export interface AdoptedSite extends AdoptionProof {
  readonly stack: string;
  /** What the taking over did with the state; absent: nothing was taken over, this is what it would come to. */
  readonly run?: RunResult;
}

/** What taking over the stack's containers would come to, container by container: reads every host and changes nothing. */
export async function previewAdoption(location: StackLocation): Promise<AdoptedSite> {
  return prove(await readSitePlan(location));
}

async function prove({ plan, located }: SitePlan): Promise<AdoptedSite> {
  return { stack: plan.stack, ...proveAdoption(plan, await findHandMade(plan.stack, located.hosts)) };
}

/**
 * Takes over what runs: a record on each host, and a state in which everything is as the plan has it, but for what differs. No container is restarted.
 * @throws BadInputError where it cannot be: nothing was changed then
 */
export async function adoptStack(site: SiteContext, engine: string): Promise<AdoptedSite> {
  const { location } = site;
  assertCanAdopt(engine);
  const own = await readSitePlan(location);
  const { plan, located } = own;
  assertNoViolations(checkSitePlan(own).violations);
  await assertNoState(location);
  const proof = await prove(own);
  assertFree(proof);
  const release = async () => {
    await writeRecords(plan.stack, located.hosts, proof.containers, true);
    if (plan.method === "docker") await markDifferent(location, proof.containers);
  };
  const run = await takeOver(site, own, proof).catch(async (error: unknown) => {
    // What stays held, every later `up` would leave as it is. Why the run failed says more than why this did.
    await release().catch(() => undefined);
    throw error;
  });
  await release();
  return { ...proof, run };
}

/** Meanwhile what differs is held. */
async function takeOver(site: SiteContext, { plan, located }: SitePlan, proof: AdoptionProof): Promise<RunResult> {
  const { location } = site;
  await writeRecords(plan.stack, located.hosts, proof.containers, false);
  if (plan.method === "docker") await importStack(location, await pendingState(location, plan, proof));
  return site.start("up", { excludes: await missingOf(location, proof) }).result;
}

/** @throws BadInputError for `pulumi` */
export function assertCanAdopt(engine: string): void {
  if (engine === "embedded") return;
  throw BadInputError.of(
    "adopt",
    "`pulumi` cannot take over a container that has no label",
    "leave --engine out, and go on with the embedded engine",
  );
}

/** @throws BadInputError for a stack that knows of its containers */
async function assertNoState(location: StackLocation): Promise<void> {
  const resources = await readStateResources(location);
  if (resources.some(({ custom }) => custom))
    throw BadInputError.of("adopt", "the stack has a state already", `ldms up -s ${location.stack}; \`ldms drift\` says what differs`);
}

function assertFree({ others, containers, stack }: AdoptedSite): void {
  const first = others.find(({ help }) => help !== undefined);
  if (first)
    throw BadInputError.of("adopt", `\`${first.container}\` on ${first.host} is in the way of a container of the stack`, first.help!);
  if (containers.length === 0) throw BadInputError.of("adopt", "none of the stack's containers runs", `ldms up -s ${stack}`);
}

/** Of each container, by its id, what a run has to take over instead of making it; volumes are made where they are not there. */
async function pendingState(location: StackLocation, plan: DeploymentPlan, { containers }: AdoptionProof): Promise<string> {
  const urnOf = await urnsOf(location);
  const pending = [
    ...containers.map(({ host, container, id }) => ({ urn: urnOf(CONTAINER, host, container), type: CONTAINER, id, custom: true })),
    ...plan.hosts.flatMap(({ name, volumes }) =>
      volumes.map((volume) => ({ urn: urnOf(VOLUME, name, volume), type: VOLUME, custom: true })),
    ),
  ];
  const deployment = {
    manifest: makeManifest(new Date()),
    resources: [],
    pending_operations: pending.map((resource) => ({ resource, type: "creating" })),
  };
  return JSON.stringify({ version: 3, deployment });
}

async function urnsOf({ projectFolder, stack }: StackLocation): Promise<(type: string, host: string, key: string) => string> {
  const { name } = await readProjectFile(projectFolder);
  const cluster = makeUrn(stack, name, "", CLUSTER, stack);
  return (type, host, key) => makeUrn(stack, name, makeUrn(stack, name, cluster, HOST, host), type, childName(host, key));
}

/** They are started by the next `up`. By the method `fan-out` a batch is one resource: what is missing there is started with the rest. */
async function missingOf(location: StackLocation, { missing }: AdoptionProof): Promise<string[]> {
  const urnOf = await urnsOf(location);
  return missing.map(({ host, container }) => urnOf(CONTAINER, host, container));
}

/** In the state each container that differs counts as made from something else, so that a preview shows what `up` would do. */
async function markDifferent(location: StackLocation, containers: readonly ContainerProof[]): Promise<void> {
  const urnOf = await urnsOf(location);
  const different = new Set(
    containers.filter(({ verdict }) => verdict === "differs").map(({ host, container }) => urnOf(CONTAINER, host, container)),
  );
  if (different.size === 0) return;
  await changeState(location, (deployment) => {
    const resources = (deployment.resources ?? []).map((one) => (different.has(one.urn) ? markResource(one) : one));
    return { ...deployment, resources };
  });
}

function markResource(resource: ResourceJson): ResourceJson {
  const labels = resource.inputs?.["labels"];
  if (!Array.isArray(labels)) return resource;
  const marked = labels.map((entry) =>
    (entry as { label?: string }).label === SPEC_LABEL ? { ...(entry as object), value: AS_FOUND } : entry,
  );
  return { ...resource, inputs: { ...resource.inputs, labels: marked } };
}
