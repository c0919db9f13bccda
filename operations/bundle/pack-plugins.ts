import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { runPipe } from "../common/pipe";
import { TAR, ZSTD } from "./pack-words";

/** What `pulumi` needs for this program, by the packages whose versions they have. */
const PLUGINS = [
  { program: "pulumi" },
  { program: "pulumi-language-nodejs" },
  { program: "pulumi-analyzer-policy" },
  { program: "pulumi-resource-pulumi-nodejs" },
  { program: "pulumi-resource-command", plugin: "resource-command", dependency: "@pulumi/command" },
  { program: "pulumi-resource-docker", plugin: "resource-docker", dependency: "@pulumi/docker" },
] as const;

export const PLUGIN_PROGRAMS = PLUGINS.map(({ program }) => program);

/** Programs of the plugins that this machine has, as paths; none is no failure. */
export function findPlugins(projectFolder: string, env: NodeJS.ProcessEnv): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const cache = join(env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "plugins");
  const onPath = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return PLUGINS.flatMap((one) => {
    const cached = "plugin" in one ? [join(cache, `${one.plugin}-v${dependencies[one.dependency]}`)] : [];
    return [...cached, ...onPath]
      .map((folder) => join(folder, one.program))
      .filter(isProgram)
      .slice(0, 1);
  });
}

/** A folder of that name on the PATH would be taken along with all that is in it. */
function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Their links are followed: a program on the PATH is often one. */
export async function packPlugins(programs: readonly string[], to: string): Promise<void> {
  const folders = programs.flatMap((program) => ["--directory", dirname(program), `--add-file=${basename(program)}`]);
  await runPipe([...TAR, "--dereference", ...folders], [...ZSTD, to]);
}
