import { execFileSync } from "node:child_process";
import { REGISTRY } from "../../lab/lab";
import { OWN_IMAGES } from "../../plan/config/images";

/** Hosts on which a sampler of that tag ends at once; but for this, both are `first`. A pattern of the shell. */
const FAILING_ON: Readonly<Record<string, string>> = { "bad-canary": "*", "bad-batch": "cygnus-0[23]" };

function failingOn(hosts: string, entrypoint: string): string {
  const script = `case $(uname -n) in ${hosts}) echo 'ldmsd: this version does not start'; exit 3 ;; esac; exec ${entrypoint} "$@"`;
  return `ENTRYPOINT ${JSON.stringify(["/bin/sh", "-c", script, "samp"])}`;
}

/** Has tags in the lab's registry that differ in what an upgrade meets, each made from `standin`: `first`, `second`, `bad-canary`, `bad-batch`. */
export function pushTags(): void {
  for (const image of OWN_IMAGES) {
    const nameOf = (tag: string) => `${REGISTRY}/ovishpc/${image}:${tag}`;
    docker(["pull", "--quiet", nameOf("standin")]);
    const build = (tag: string, line: string) =>
      docker(["build", "--quiet", "--tag", nameOf(tag), "-"], `FROM ${nameOf("standin")}\n${line}\n`);
    for (const tag of ["first", "second"]) build(tag, `LABEL upgrade.test=${tag}-${image}`);
    const entrypoint = JSON.parse(
      docker(["image", "inspect", "--format", "{{json .Config.Entrypoint}}", nameOf("standin")]),
    ) as readonly string[];
    for (const [tag, hosts] of Object.entries(FAILING_ON)) {
      if (image === "ldms-samp") build(tag, failingOn(hosts, entrypoint.join(" ")));
      else docker(["tag", nameOf("first"), nameOf(tag)]);
    }
    for (const tag of ["first", "second", ...Object.keys(FAILING_ON)]) docker(["push", "--quiet", nameOf(tag)]);
  }
}

function docker(args: readonly string[], input = ""): string {
  return execFileSync("docker", args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}
