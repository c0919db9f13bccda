import { typeContainer } from "../container-properties/forms";
import { generalizeContainer, HOST_NAME, HOST_NUMBER, HOST_VARIABLES, isToldItsId, SPEC_LABEL } from "../containers/spec-hash";
import { fullReference, mirrorReference } from "../images/plan-images";
import type { PlannedContainer } from "../model/container";
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
  const { options, argv } = typeContainer(container);
  return ["docker", "run", "--detach", ...options, imageReference(container, plan), ...argv];
}

/** Names of the shell's variables that hold a host's component id, and its name. */
export interface HostWords {
  readonly number: string;
  readonly host: string;
  /** What the shell puts behind the hash of what is told an id, for one that is not the number in the host's name: `-$number`; nothing for one that is. */
  readonly ownId?: string;
}

/**
 * The same as one line of shell, in which what is the host's own is the value of a variable: `docker run … --env COMPID=$number …`.
 *
 * @param quote makes a word of the shell safe
 */
export function renderGeneralRun(
  container: PlannedContainer,
  plan: PlanImages,
  { number, host, ownId = "" }: HostWords,
  quote: (word: string) => string,
): { readonly line: string; readonly isGeneral: boolean } {
  const variables = { [HOST_NUMBER]: `$${number}`, [HOST_NAME]: `$${host}` };
  const general = generalizeContainer(container);
  const spec = `${SPEC_LABEL}=${general.labels[SPEC_LABEL]}`;
  const argv = renderDockerRun(general, plan);
  const words = argv.map((word) => {
    if (word === spec && isToldItsId(general)) return `${quote(word)}${ownId}`;
    const own = readHostWord(word);
    return own ? `${own.variable}=${variables[own.value]}` : quote(word);
  });
  return { line: words.join(" "), isGeneral: argv.some((word) => readHostWord(word)) };
}

/** `COMPID={number}` */
export function readHostWord(
  word: string,
): { readonly variable: string; readonly value: typeof HOST_NUMBER | typeof HOST_NAME } | undefined {
  const [, variable = "", value] = /^([A-Z_]+)=(\{number\}|\{host\})$/.exec(word) ?? [];
  const general = HOST_VARIABLES[variable];
  return general !== undefined && general === value ? { variable, value: general } : undefined;
}

function imageReference({ image }: PlannedContainer, { images, mirror }: PlanImages): string {
  return mirrorReference(fullReference(images.find(({ name }) => name === image)!), mirror);
}
