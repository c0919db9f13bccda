import { z } from "zod";
import { wordDefault, wordIssue } from "../plan/config/wording";
import { BadInputError, type ConfigProblem, renderConfigProblems } from "../plan/problems/errors";
import { checkKeys, checkSize } from "../plan/yaml/data-shape";
import type { DeploymentJson, ResourceJson } from "./deployment-json";
import { isUrn, parseProviderReference } from "./urn";

const Urn = z.string().refine(isUrn, "must be a resource's name of the form `urn:pulumi:STACK::PROJECT::TYPE::NAME`");
const Texts = z.array(z.string());
const Properties = z.record(z.string(), z.unknown());
const Seconds = z.number().optional();

/** Fields that are not named pass as they are. */
const Resource = z.looseObject({
  urn: Urn,
  custom: z.boolean(),
  delete: z.boolean().optional(),
  id: z.string().optional(),
  type: z.string().min(1),
  inputs: Properties.optional(),
  outputs: Properties.optional(),
  parent: z.string().optional(),
  protect: z.boolean().optional(),
  external: z.boolean().optional(),
  dependencies: Texts.optional(),
  initErrors: Texts.optional(),
  provider: z.string().optional(),
  propertyDependencies: z.record(z.string(), Texts).optional(),
  pendingReplacement: z.boolean().optional(),
  additionalSecretOutputs: Texts.optional(),
  aliases: Texts.optional(),
  customTimeouts: z.looseObject({ create: Seconds, update: Seconds, delete: Seconds }).optional(),
  retainOnDelete: z.boolean().optional(),
  deletedWith: z.string().optional(),
  created: z.string().optional(),
  modified: z.string().optional(),
  ignoreChanges: Texts.optional(),
  replaceOnChanges: Texts.optional(),
  hideDiff: Texts.optional(),
});

const Operation = z.looseObject({ resource: Resource, type: z.enum(["creating", "updating", "deleting", "reading", "importing"]) });

const Deployment = z.looseObject({
  manifest: z.looseObject({ time: z.string(), magic: z.string(), version: z.string() }),
  secrets_providers: z.looseObject({ type: z.string(), state: z.looseObject({ salt: z.string().optional() }).optional() }).optional(),
  resources: z.array(Resource).optional(),
  pending_operations: z.array(Operation).optional(),
  metadata: Properties.optional(),
});

/** Behind these the rest of a broken state is not worth a person's time. */
const MAX_PROBLEMS = 10;

/** @throws BadInputError for text that is no JSON, or that no deployment can be: nested without end, with keys that JavaScript takes for more */
export function parseStateJson(where: string, text: string, help: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw BadInputError.of(where, "is not JSON", help, { cause });
  }
  const size = checkSize(json);
  refuse(where, size.length > 0 ? size : checkKeys(json), help);
  return json;
}

/** The same deployment, of which every reader can be sure that it is one. @throws BadInputError with every problem */
export function checkDeployment(where: string, json: unknown, help: string): DeploymentJson {
  const parsed = Deployment.safeParse(json, { error: wordDefault, reportInput: true });
  if (!parsed.success) refuse(where, parsed.error.issues.flatMap(describe), help);
  // Not zod's copy, whose keys stand in another order: what does not change is written back as it stood.
  const deployment = json as DeploymentJson;
  refuse(where, checkReferences(deployment.resources ?? []), help);
  return deployment;
}

function describe(issue: z.core.$ZodIssue): ConfigProblem[] {
  const problems = wordIssue(issue, Deployment);
  return issue.path.length > 0 ? problems : problems.map((problem) => ({ ...problem, path: "deployment" }));
}

/** Both engines write a resource behind all that it needs, so that no two can need each other. */
function checkReferences(resources: readonly ResourceJson[]): ConfigProblem[] {
  const before = new Set<string>();
  const living = new Set<string>();
  return resources.flatMap((resource, index) => {
    const path = `resources[${index}]`;
    const missing = referencesOf(resource).filter(([, urn]) => !before.has(urn));
    const problems = missing.map(([key, urn]) => ({ path: `${path}.${key}`, message: `there is no such resource before it: \`${urn}\`` }));
    if (!resource.delete && living.has(resource.urn)) problems.push({ path, message: `is there twice: \`${resource.urn}\`` });
    if (!resource.delete) living.add(resource.urn);
    before.add(resource.urn);
    return problems;
  });
}

function referencesOf({ parent, provider, dependencies, propertyDependencies, deletedWith }: ResourceJson): (readonly [string, string])[] {
  return [
    ...(parent ? [["parent", parent] as const] : []),
    ...(provider ? [["provider", parseProviderReference(provider).urn] as const] : []),
    ...(dependencies ?? []).map((urn) => ["dependencies", urn] as const),
    ...Object.entries(propertyDependencies ?? {}).flatMap(([key, urns]) =>
      urns.map((urn) => [`propertyDependencies.${key}`, urn] as const),
    ),
    ...(deletedWith ? [["deletedWith", deletedWith] as const] : []),
  ];
}

function refuse(where: string, problems: readonly ConfigProblem[], help: string): void {
  if (problems.length === 0) return;
  const hidden = problems.length - MAX_PROBLEMS;
  const rest = hidden > 0 ? `\n  and ${hidden} more` : "";
  throw new BadInputError(`${renderConfigProblems(where, problems.slice(0, MAX_PROBLEMS))}${rest}\nhelp: ${help}`);
}
