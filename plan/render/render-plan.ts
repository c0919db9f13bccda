import { foldHosts } from "../hostlist/hostlist";
import { onHosts, planReach, type Reach, SSH_CONFIG, sshWords } from "../hosts/remote-line";
import { asRoot, renderSshConfig } from "../hosts/ssh";
import { fullReference, mirrorReference } from "../images/plan-images";
import { type DeploymentPlan, listContainers } from "../model/deployment-plan";
import type { ImageName, PlannedImage } from "../model/image";
import { factsOfImage } from "../rules/facts";
import { IMAGE_MADE_BY_UPSTREAM } from "../rules/image-rules";
import { DEFAULT_PARAMETERS } from "../rules/parameters";
import { isBroken } from "../rules/rule";
import { groupBy } from "../text/group-by";
import { shellLine, shellQuote } from "../text/shell";
import { countOf } from "../text/text";
import { renderContainers } from "./containers";
import { renderExternals } from "./external-files";
import { renderFiles, renderHereDocument } from "./files";

/**
 * What a person would type to make the deployment by hand, in an order in which it can be typed: the text of `ldms plan`, and a script for sh.
 * A line that is the same on several hosts stands once; their own names are taken to be those of the stack file.
 */
export function renderPlan(plan: DeploymentPlan): string {
  const reach = planReach(plan);
  const sections = [
    ["the way to the hosts", renderReach(plan, reach)],
    ["images", [...plan.images.flatMap(renderBuild), ...plan.images.flatMap((image) => renderPull(plan, reach, image))]],
    ["files", renderFiles(plan, reach)],
    ["volumes", renderVolumes(plan, reach)],
    ["containers", renderContainers(plan, reach)],
    ["daemons that run already", renderExternals(plan.externals ?? [])],
  ] as const;
  const hosts = foldHosts(plan.hosts.map(({ name }) => name));
  const title = `# Stack ${plan.stack}: ${countOf(listContainers(plan).length, "container")} on ${countOf(plan.hosts.length, "host")}, ${hosts}`;
  const profile = PROFILE_LINES[plan.profile];
  const filled = sections.filter(([, lines]) => lines.length);
  return `${[[title, profile], ...filled.map(([name, lines], index) => [`# ${index + 1}. ${name}`, ...lines])].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

const PROFILE_LINES: Readonly<Record<DeploymentPlan["profile"], string>> = {
  privileged: "# Profile privileged: every container may do all on its host, as upstream runs them; minimal gives each what it needs",
  minimal: "# Profile minimal: each container has the capabilities and devices that it needs, and a root file system that it cannot write",
};

function renderReach({ hosts }: DeploymentPlan, { usesConfig }: Reach): string[] {
  const remote = hosts.filter(({ connection }) => connection.kind === "ssh");
  if (!remote.length) return [];
  const config = [...renderHereDocument(`cat >${SSH_CONFIG}`, renderSshConfig(remote)), `export PDSH_SSH_ARGS_APPEND="-F ${SSH_CONFIG}"`];
  return ["export PDSH_RCMD_TYPE=ssh", ...(usesConfig ? config : [])];
}

function renderBuild({ reference, build }: PlannedImage): string[] {
  if (!build) return [];
  const args = Object.entries(build.args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
  return [
    `# ${build.context} is ${build.recipe} with the binaries of ${build.ovis}${build.steps ? `, or of ${build.steps.join(" and ")} built from source` : ""}`,
    shellLine(["docker", "build", "--platform", build.platform, "--tag", reference, ...args, build.context]),
    shellLine(["docker", "push", reference]),
  ];
}

function renderPull(plan: DeploymentPlan, reach: Reach, image: PlannedImage): string[] {
  const { archive } = image;
  const advice = renderAdvice(image);
  // Once over the network for each host, as a person has to do it; `up` does it at once for all and takes up what was cut off.
  if (archive)
    return hostsOf(plan, image.name).map(
      (host) =>
        `${sshWords(reach, host)} ${shellQuote(asRoot(reach.hostOf.get(host)!.connection, "docker load"))} <${shellQuote(archive.path)}`,
    );
  const hostsOfMirror = groupBy(hostsOf(plan, image.name), (host) => reach.hostOf.get(host)!.mirror ?? "");
  const line = (mirror: string | undefined) => shellLine(["docker", "pull", mirrorReference(fullReference(image), mirror)]);
  return [...advice, ...[...hostsOfMirror].flatMap(([mirror, hosts]) => onHosts(reach, hosts, line(mirror || undefined)))];
}

/** What a person who types the pull is going to be told by the registry. */
function renderAdvice(image: PlannedImage): string[] {
  const facts = factsOfImage(image);
  const { message, help } = IMAGE_MADE_BY_UPSTREAM;
  return isBroken(IMAGE_MADE_BY_UPSTREAM, facts) ? [`# ${message(facts, DEFAULT_PARAMETERS)}; ${help}`] : [];
}

function hostsOf({ hosts }: DeploymentPlan, image: ImageName): string[] {
  return hosts.filter(({ containers }) => containers.some((one) => one.image === image)).map(({ name }) => name);
}

function renderVolumes({ stack, hosts }: DeploymentPlan, reach: Reach): string[] {
  return hosts.flatMap(({ name, volumes }) =>
    volumes.flatMap((volume) => onHosts(reach, [name], `docker volume create --label ${shellQuote(`ldms.stack=${stack}`)} ${volume}`)),
  );
}
