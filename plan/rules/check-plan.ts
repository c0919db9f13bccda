import { listFanOuts } from "../fan-out/plan-fan-outs";
import { type DeploymentPlan, listContainers } from "../model/deployment-plan";
import type { PlannedHost } from "../model/host";
import type { ImageName } from "../model/image";
import { groupBy } from "../text/group-by";
import { type Kind, kindsOfConnections, kindsOfContainers, kindsOfFiles } from "./alike-facts";
import { CONNECTION_RULES, type ConnectionFacts } from "./command-rules";
import { CONTAINER_RULES } from "./container-rules";
import {
  type ContainerFacts,
  type FileFacts,
  factsOfConnection,
  factsOfContainers,
  factsOfFiles,
  factsOfImage,
  type ImageFacts,
} from "./facts";
import { FILE_RULES } from "./file-rules";
import { withGiven } from "./grants";
import { IMAGE_RULES } from "./image-rules";
import { DEFAULT_PARAMETERS } from "./parameters";
import type { PolicySettings } from "./policy-settings";
import { isBroken, type Rule, SEVERITIES } from "./rule";
import { STACK_RULES } from "./stack-rules";
import type { StackFacts } from "./topology-facts";
import { type Conf, loadedPlugins, readConfs } from "./topology-of-confs";
import { isRefusal, PlanViolationError, type Violation } from "./violation";
import { endlessWaivers, expiredWaivers, findWaiver, type Subject, type WaiverSettings } from "./waivers";

/** What there is to judge, whoever tells it. */
export interface CheckedFacts {
  /** One object for all rules, each of which reads out of it what another has read already. */
  readonly stack: StackFacts;
  /** What of the stack is alike, where that is known; absent: each is judged by itself. */
  readonly kinds?: { readonly containers?: readonly Kind<ContainerFacts>[]; readonly files?: readonly Kind<FileFacts>[] };
  readonly images: readonly ImageFacts[];
  readonly connections?: readonly ConnectionFacts[];
}

export type CheckSettings = WaiverSettings & Partial<PolicySettings> & Partial<Pick<DeploymentPlan, "given">>;

/** What a plan is judged by. @param today `2026-11-25`: waivers end */
export function settingsOf(
  { waivers, profile, given }: Pick<DeploymentPlan, "waivers" | "profile" | "given">,
  today: string,
): CheckSettings {
  return { waivers, profile, given, today };
}

/**
 * Every rule on everything that the plan makes, and the waivers that have ended or never would.
 *
 * @param policy absent: by the stack file alone, which is what a deployment goes by
 */
export function checkPlan(plan: DeploymentPlan, today: string, policy?: PolicySettings): Violation[] {
  const settings = { ...settingsOf(plan, today), ...policy };
  const containers = listContainers(plan);
  const stack = { containers: factsOfContainers(containers), files: factsOfFiles(plan) };
  const plugins = pluginsByImage(stack, new Map(containers.map(({ image }, i) => [stack.containers[i]!, image])));
  const facts = {
    stack,
    kinds: { containers: kindsOfContainers(stack.containers), files: kindsOfFiles(stack.files) },
    images: plan.images.map((image) => ({ ...factsOfImage(image), plugins: plugins.get(image.name) ?? [] })),
    connections: [...plan.hosts, ...connectionsOfHeads(plan)].map(factsOfConnection),
  };
  return [...expiredWaivers(settings), ...endlessWaivers(settings), ...checkFacts(facts, settings)];
}

/** What the daemons of an image load, sorted by name. */
function pluginsByImage(stack: StackFacts, imageOf: ReadonlyMap<ContainerFacts, ImageName>): ReadonlyMap<ImageName, readonly string[]> {
  // The samplers of a group have one text, and so one list of lines.
  const linesOf = new Map<ImageName, Set<Conf["lines"]>>();
  for (const { container, lines } of readConfs(stack)) {
    const image = imageOf.get(container)!;
    const known = linesOf.get(image);
    if (known) known.add(lines);
    else linesOf.set(image, new Set([lines]));
  }
  return new Map([...linesOf].map(([image, texts]) => [image, [...new Set([...texts].flatMap(loadedPlugins))].sort()]));
}

/** How the heads of the method `fan-out` are reached, and how each reaches its hosts. */
function connectionsOfHeads(plan: DeploymentPlan): Pick<PlannedHost, "name" | "connection">[] {
  return listFanOuts(plan).flatMap(({ head, groups }) => [
    head,
    ...groups.flatMap(({ hosts, connection }) => hosts.map(({ name }) => ({ name, connection }))),
  ]);
}

/** Every rule on what is given, the worst first; what is wrong in the same words on several hosts is one violation. */
export function checkFacts({ stack, kinds = {}, images, connections = [] }: CheckedFacts, settings: CheckSettings): Violation[] {
  return mergeViolations([
    ...applyRules(CONTAINER_RULES, kinds.containers ?? stack.containers.map(byItself), settings, ({ host, name }) => ({
      host,
      container: name,
    })),
    ...applyRules(FILE_RULES, kinds.files ?? stack.files.map(byItself), settings, ({ host }) => ({ host })),
    ...applyRules(CONNECTION_RULES, kindsOfConnections(connections), settings, ({ host }) => ({ host })),
    ...images.flatMap((image) =>
      applyRules(IMAGE_RULES, [[image]], settings, () => (image.hosts[0] === undefined ? {} : { host: image.hosts[0] })),
    ),
    ...applyRules(STACK_RULES, [[stack]], settings, () => ({})),
  ]);
}

function byItself<Facts>(facts: Facts): Kind<Facts> {
  return [facts];
}

function applyRules<Facts>(
  rules: readonly Rule<Facts>[],
  kinds: readonly Kind<Facts>[],
  settings: CheckSettings,
  subjectOf: (facts: Facts) => Subject,
): Violation[] {
  const parameters = settings.parameters ?? DEFAULT_PARAMETERS;
  return rules.flatMap((rule) => {
    const { name, severity, help } = rule;
    const enforcement = settings.levels?.[name] ?? rule.enforcement;
    if (enforcement === "disabled") return [];
    // What a group is given is of its own hosts alone.
    const isOfHosts = rule.parameters !== undefined && (settings.given ?? []).length > 0;
    const own = (facts: Facts) => (isOfHosts ? withGiven(parameters, settings.given, subjectOf(facts)) : parameters);
    const apart = isOfHosts ? kinds.flatMap((kind) => kind.map(byItself)) : kinds;
    return apart.flatMap((kind) => {
      const [first] = kind;
      if (!isBroken(rule, first, own(first))) return [];
      const violation = { rule: name, severity, enforcement, help, message: rule.message(first, own(first)) };
      return groupWaived(rule, kind.map(subjectOf), settings).map((group) => ({ ...violation, ...group }));
    });
  });
}

/** The subjects by what they are waived for: a waiver may be of some hosts alone. */
function groupWaived(rule: Pick<Rule<never>, "name" | "byDesign">, subjects: readonly Subject[], settings: WaiverSettings) {
  const judged = subjects.map((subject) => ({ subject, waived: findWaiver(rule, subject, settings) }));
  return [...groupBy(judged, ({ waived }) => waiverKey(waived)).values()].map((all) => {
    const { waived } = all[0]!;
    return { hosts: all.flatMap(({ subject }) => subject.host ?? []), ...(waived && { waived }) };
  });
}

function waiverKey(waived: Violation["waived"]): string {
  return `${waived?.reason}\n${waived?.until}`;
}

/** Each once, with all its hosts; the worst first. */
export function mergeViolations(violations: readonly Violation[]): Violation[] {
  const merged = new Map<string, { readonly violation: Violation; readonly hosts: Set<string> }>();
  for (const violation of violations) {
    const { rule, message, waived } = violation;
    const key = `${rule}\n${message}\n${waiverKey(waived)}`;
    const known = merged.get(key);
    if (known) for (const host of violation.hosts) known.hosts.add(host);
    else merged.set(key, { violation, hosts: new Set(violation.hosts) });
  }
  return [...merged.values()]
    .map(({ violation, hosts }) => ({ ...violation, hosts: [...hosts] }))
    .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
}

/** @throws PlanViolationError with every mandatory violation among them that is not waived. */
export function assertNoViolations(violations: readonly Violation[]): void {
  const mandatory = violations.filter(isRefusal);
  if (mandatory.length) throw new PlanViolationError(mandatory);
}
