import { generalizeEnv, HOST_NAME, HOST_NUMBER, HOST_VARIABLES } from "../containers/spec-hash";
import { fullReference, mirrorReference } from "../images/images";
import type { PlannedContainer, PlannedMount } from "../model/container";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { PlannedHost } from "../model/host";

/** What `docker run` needs of the plan besides the container, and the mirror of its host. */
export type PlanImages = Pick<DeploymentPlan, "images"> & Pick<PlannedHost, "mirror">;

/**
 * The argv that makes the container by hand, with every property that the docker provider sets, so that the two are equal for `docker inspect`.
 *
 * @see https://docs.docker.com/reference/cli/docker/container/run/
 */
export function renderDockerRun(container: PlannedContainer, plan: PlanImages): string[] {
  const { name, networkMode, pidMode, privileged, restart, entrypoint, argv } = container;
  const [program, ...programArgs] = entrypoint ?? [];
  return [
    ...["docker", "run", "--detach", "--name", name, "--network", networkMode],
    ...(pidMode ? ["--pid", pidMode] : []),
    ...(privileged ? ["--privileged"] : []),
    ...renderConfinement(container),
    ...Object.entries(container.env).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]),
    ...container.mounts.flatMap((mount) => ["--volume", renderMount(mount)]),
    ...["--restart", restart],
    ...renderHealthCheck(container),
    ...renderLog(container),
    ...["--stop-timeout", String(container.stopTimeoutSeconds)],
    ...Object.entries(container.labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]),
    ...(program ? ["--entrypoint", program] : []),
    imageReference(container, plan),
    ...programArgs,
    ...argv,
  ];
}

/** Names of the shell's variables that hold the number in a host's name, and the name. */
export interface HostWords {
  readonly number: string;
  readonly host: string;
}

/**
 * The same as one line of shell, in which what follows from a host's name is the value of a variable: `docker run … --env COMPID=$number …`.
 *
 * @param quote makes a word of the shell safe
 */
export function renderGeneralRun(
  container: PlannedContainer,
  plan: PlanImages,
  { number, host }: HostWords,
  quote: (word: string) => string,
): { readonly line: string; readonly isGeneral: boolean } {
  const variables = { [HOST_NUMBER]: `$${number}`, [HOST_NAME]: `$${host}` };
  const argv = renderDockerRun({ ...container, env: generalizeEnv(container) }, plan);
  const words = argv.map((word) => {
    const [, name, general] = GENERAL_WORD.exec(word) ?? [];
    return general !== undefined && HOST_VARIABLES[name!] === general ? `${name}=${variables[general]}` : quote(word);
  });
  return { line: words.join(" "), isGeneral: argv.some((word) => GENERAL_WORD.test(word)) };
}

/** `COMPID={number}` */
const GENERAL_WORD = /^([A-Z_]+)=(\{number\}|\{host\})$/;

/** What the container may do and use of its host; nothing where all is at Docker's default. */
function renderConfinement(container: PlannedContainer): string[] {
  const { capabilities, devices, readOnlyRootFilesystem, tmpfs, securityOpts, memoryMib, ulimits } = container;
  return [
    ...capabilities.drop.flatMap((name) => ["--cap-drop", name]),
    ...capabilities.add.flatMap((name) => ["--cap-add", name]),
    ...devices.flatMap(({ path, permissions }) => ["--device", `${path}:${path}:${permissions}`]),
    ...(readOnlyRootFilesystem ? ["--read-only"] : []),
    ...Object.entries(tmpfs).flatMap(([path, options]) => ["--tmpfs", `${path}:${options}`]),
    ...securityOpts.flatMap((option) => ["--security-opt", option]),
    ...(memoryMib === undefined ? [] : ["--memory", `${memoryMib}m`]),
    ...ulimits.flatMap(({ name, limit }) => ["--ulimit", `${name}=${limit}`]),
  ];
}

function renderMount(mount: PlannedMount): string {
  const source = mount.kind === "bind" ? mount.hostPath : mount.volume;
  return `${source}:${mount.containerPath}:${mount.readOnly ? "ro" : "rw"}`;
}

/** docker's option makes a `CMD-SHELL` test of its text, the only kind that the plan has. */
function renderHealthCheck({ healthCheck }: PlannedContainer): string[] {
  const { test, intervalSeconds, timeoutSeconds, startPeriodSeconds, retries } = healthCheck;
  return [
    ...["--health-cmd", test.slice(1).join(" ")],
    ...["--health-interval", `${intervalSeconds}s`],
    ...["--health-timeout", `${timeoutSeconds}s`],
    ...["--health-start-period", `${startPeriodSeconds}s`],
    ...["--health-retries", String(retries)],
  ];
}

function renderLog({ log }: PlannedContainer): string[] {
  return ["--log-driver", log.driver, "--log-opt", `max-size=${log.maxSizeMib}m`, "--log-opt", `max-file=${log.maxFiles}`];
}

function imageReference({ image }: PlannedContainer, { images, mirror }: PlanImages): string {
  return mirrorReference(fullReference(images.find(({ name }) => name === image)!), mirror);
}
