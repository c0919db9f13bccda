import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { findHandMade } from "../operations/adopt/find-hand-made";
import { today } from "../operations/common/today";
import { planStack } from "../operations/plan-stack";
import type { RemoteTarget } from "../operations/reach/run-on-host";
import { type AdoptionProof, proveAdoption } from "../plan/adopt/proof";
import { type AdoptedStack, stackOfFound } from "../plan/adopt/stack-of-found";
import { type ClusterConfig, ClusterConfigSchema } from "../plan/config/config";
import { wordDefault, wordIssue } from "../plan/config/wording";
import { expandHostlist } from "../plan/hostlist/hostlist";
import { planConnections } from "../plan/hosts/plan-connections";
import { writeStackFile } from "../plan/init/write-stack-file";
import { BadInputError, ConfigError } from "../plan/problems/errors";
import { assertNoViolations, checkPlan } from "../plan/rules/check-plan";
import type { Violation } from "../plan/rules/violation";
import { createFileAtomically } from "../stack/atomic-file";
import { type InitArgs, type InitializedSite, initSite } from "./init-site";

export interface FindArgs extends Pick<InitArgs, "stack" | "folder"> {
  /** Hostlist of all hosts, by the names that they are managed by. */
  readonly hosts: string;
  /** As `ldms:ssh` of a stack file. @default root, with the keys of the ssh agent */
  readonly ssh?: Readonly<Record<string, unknown>>;
  /** Further keys of the stack file that nothing on the hosts says: `{ method: "fan-out" }`. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** What a cluster that was deployed by hand comes to. */
export interface FoundSite extends AdoptedStack, AdoptionProof {
  readonly stack: string;
  /** The text of Pulumi.STACK.yaml, without what encrypts its secrets. */
  readonly stackFile: string;
  /** Rules that the stack breaks, those that are waived among them. */
  readonly violations: readonly Violation[];
}

/** Reads what runs on the hosts, and changes nothing. @throws BadInputError for hosts that do not answer, and for what no stack file can say */
export async function findSite({ stack, folder, hosts, ssh = {}, config, signal }: FindArgs): Promise<FoundSite> {
  const found = await findHandMade(stack, targetsOf(expandHostlist(hosts), ssh, resolve(folder)), signal);
  const adopted = stackOfFound(found, { ...config, ssh });
  const { plan } = await planBeside(stack, resolve(folder), adopted);
  const stackFile = writeStackFile({ name: stack, config: adopted.config });
  return { stack, stackFile, violations: checkPlan(plan, today()), ...adopted, ...proveAdoption(plan, found) };
}

/** Writes the stack file, and what is to lie beside it; no host is contacted. @throws PlanViolationError for a stack that no `up` would deploy */
export async function writeSite(
  { config, files, unsaid, violations }: FoundSite,
  args: Omit<InitArgs, "config">,
): Promise<InitializedSite> {
  const folder = resolve(args.folder);
  assertNoViolations(violations);
  for (const { name } of files)
    if (existsSync(join(folder, name)))
      throw BadInputError.of(name, "exists already, and is not overwritten", `first: mv ${name} ${name}.old`);
  for (const { name, text } of files) await createFileAtomically(join(folder, name), text);
  const notes = unsaid.flatMap(({ path, message, help }) => [
    `- ${path}: ${message}`,
    ...(help === undefined ? [] : [`    help: ${help}`]),
  ]);
  return initSite({ ...args, config, notes: ["Made from what runs on its hosts, by ldms adopt.", ...notes] });
}

/** A file that is to lie beside the stack file is there for the plan alone. */
async function planBeside(stack: string, folder: string, { config, files }: AdoptedStack) {
  if (files.length === 0) return planStack({ stack, projectFolder: folder, values: config, secrets: {} });
  const beside = await mkdtemp(join(tmpdir(), "ldms-"));
  try {
    for (const { name, text } of files) await writeFile(join(beside, name), text, { mode: 0o600 });
    return await planStack({ stack, projectFolder: beside, values: config, secrets: {} });
  } finally {
    await rm(beside, { recursive: true });
  }
}

/** @throws ConfigError */
function targetsOf(hosts: readonly string[], given: Readonly<Record<string, unknown>>, folder: string): RemoteTarget[] {
  const parsed = ClusterConfigSchema.shape.ssh.safeParse(given, { error: wordDefault, reportInput: true });
  if (!parsed.success)
    throw new ConfigError(
      "the command line",
      parsed.error.issues.flatMap((issue) => wordIssue(issue, ClusterConfigSchema.shape.ssh)),
    );
  const connections = planConnections({ ssh: parsed.data } as ClusterConfig, hosts);
  return hosts.map((name) => {
    const connection = connections.get(name)!;
    return { name, connection: connection.kind === "local" ? connection : { ...connection, folder } };
  });
}
