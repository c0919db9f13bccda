import { readTexts } from "../text/read-value";
import { joinAssignments, readAssignments } from "../text/text";
import { allOf, type ContainerProperty, each, ownWords } from "./property";

export const env: ContainerProperty<Readonly<Record<string, string>>> = {
  ofPlan: (container) => container.env,
  options: ["--env"],
  typed: (container) => each("--env", joinAssignments(container.env)),
  ofTyped: (line) => readAssignments(allOf(line, "--env")),
  inputs: (container) => ({ envs: joinAssignments(container.env) }),
  ofInputs: (read) => readAssignments(readTexts(read("envs"))),
  ofInspected: ({ Config }, image) => {
    const ofImage = image?.Config.Env ?? [];
    return readAssignments(readTexts(Config["Env"]).filter((entry) => !ofImage.includes(entry)));
  },
};

/** What runs instead of the image's own program; empty where that runs. The command line has its arguments before the others. */
export const entrypoint: ContainerProperty<readonly string[]> = {
  ofPlan: (container) => container.entrypoint ?? [],
  options: ["--entrypoint"],
  typed: (container) => each("--entrypoint", container.entrypoint?.slice(0, 1) ?? []),
  arguments: (container) => container.entrypoint?.slice(1) ?? [],
  ofTyped: (line) => allOf(line, "--entrypoint").slice(-1),
  inputs: (container) => (container.entrypoint ? { entrypoints: [...container.entrypoint] } : {}),
  ofInputs: (read) => readTexts(read("entrypoints")),
  ofInspected: ({ Config }, image) => ownWords(Config.Entrypoint, image?.Config.Entrypoint),
};

/** Arguments after the image. */
export const argv: ContainerProperty<readonly string[]> = {
  ofPlan: (container) => container.argv,
  arguments: (container) => container.argv,
  ofTyped: (line) => line.argv,
  inputs: (container) => ({ command: [...container.argv] }),
  ofInputs: (read) => readTexts(read("command")),
  ofInspected: (container, image) =>
    entrypoint.ofInspected(container, image).length > 0
      ? readTexts(container.Config.Cmd)
      : ownWords(container.Config.Cmd, image?.Config.Cmd),
};
