/** Docker's own client and those that take its verbs. */
const DOCKER_LIKE = /^(docker(-current|-latest|\.io|\.exe)?|podman|podman-remote|nerdctl)$/;
/** Programs that make containers by words of their own; none of them is judged. */
const OTHERS = [
  /^(ctr|crictl|runc|crun|runsc|youki|kata-runtime|buildah|buildctl|docker-compose|podman-compose|docker-machine)$/,
  /^(lxc|lxd|incus|lxc-[a-z]+|systemd-nspawn|machinectl|singularity|apptainer|ch-run|enroot|shifter|sarus)$/,
];
/** Such a name in a text of another language. */
export const CLIENT_NAME = /(?<![\w.-])(docker|podman|nerdctl|crictl|ctr|runc|crun|lxc|systemd-nspawn|singularity|apptainer)(?![\w.-])/;
/** A way to an engine without a client. */
export const ENGINE_ADDRESS = /\b(docker|containerd|podman|crio|cri-dockerd|buildkitd)\.sock\b|:237[56](?!\d)|\/containers\/create/;

export type ClientKind = "docker" | "docker-like" | "other";

/** @param program the last part of a path: `docker` */
export function readClient(program: string): ClientKind | undefined {
  if (program === "docker") return "docker";
  if (DOCKER_LIKE.test(program)) return "docker-like";
  return OTHERS.some((names) => names.test(program)) ? "other" : undefined;
}

/** Docker's options in front of the verb. @see https://docs.docker.com/reference/cli/docker/ */
export const GLOBAL_FLAGS = ["-D", "--debug", "--tls", "--tlsverify"];
export const GLOBAL_VALUED = [
  ...["-H", "--host", "-c", "--context", "--config", "-l", "--log-level"],
  ...["--tlscacert", "--tlscert", "--tlskey"],
];
export const ASKING_OPTIONS = ["-h", "--help", "-v", "--version"];

/** Verbs that have verbs of their own. */
export const VERB_GROUPS = ["container", "image", "volume", "network", "system", "context", "manifest"];

const CONTAINER_VERBS = [
  ...["inspect", "ls", "list", "logs", "port", "top", "stats", "diff", "wait", "export"],
  ...["start", "restart", "stop", "kill", "pause", "unpause", "rm", "prune"],
];
const IMAGE_VERBS = ["inspect", "ls", "list", "history", "pull", "push", "load", "save", "rm", "prune"];
const underGroup = (group: string, verbs: readonly string[]) => verbs.map((verb) => `${group} ${verb}`);

/**
 * Verbs that make no container, give none other rights and no image another name. What starts one again that is there already is among them: it was judged
 * when it was made.
 */
export const HARMLESS_VERBS: ReadonlySet<string> = new Set([
  ...CONTAINER_VERBS.filter((verb) => verb !== "ls" && verb !== "list" && verb !== "prune"),
  ...underGroup("container", CONTAINER_VERBS),
  ...["ps", "images", "pull", "push", "load", "save", "rmi", "history", "search", "login", "logout"],
  ...underGroup("image", IMAGE_VERBS),
  ...["info", "version", "events", "help"],
  ...underGroup("system", ["df", "info", "events", "prune"]),
  ...underGroup("volume", ["inspect", "ls", "rm", "prune"]),
  ...underGroup("network", ["inspect", "ls", "rm", "prune"]),
  ...underGroup("context", ["inspect", "ls", "show"]),
  ...underGroup("manifest", ["inspect"]),
]);

/** What follows the name where somebody talks of the engine: `docker is not running`. */
export const TALK =
  /^(is|was|are|has|had|have|can|could|cannot|does|did|must|may|should|will|would|and|or|not|no|on|in|of|for|to|from|with|at|by|as|than|here|there|engine|daemon|host|client|socket|said|says|failed|fails|missing|needed|found|too|itself|alone)$/;

/** Verbs that make a command suspect whose first word only a shell can tell. */
export const STARTING_VERBS = ["run", "create", "exec", "container", "compose"];

/** Options of `docker exec` in front of the container that give what runs there no more rights than the container has. */
export const EXEC_FLAGS = ["-i", "--interactive", "-t", "--tty", "-it", "-ti", "-d", "--detach"];
export const EXEC_VALUED = ["-u", "--user", "-e", "--env", "-w", "--workdir", "--detach-keys"];
/** Any other could make of a volume a bind of the host's folders. */
export const VOLUME_VALUED = ["--label", "--name"];
