import { accessSync, constants, existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { OperationError } from "../operation-error";
import { PROJECT_PARTS } from "../project-parts";
import { runPipe } from "./pipe";

/** What `pulumi` needs for this program, by the packages whose versions they have. */
const PLUGINS = [
  { program: "pulumi" },
  { program: "pulumi-language-nodejs" },
  { program: "pulumi-analyzer-policy" },
  { program: "pulumi-resource-pulumi-nodejs" },
  { program: "pulumi-resource-command", plugin: "resource-command", dependency: "@pulumi/command" },
  { program: "pulumi-resource-docker", plugin: "resource-docker", dependency: "@pulumi/docker" },
] as const;

/** People read these; a site has them where they are. */
const DOCUMENTS = ["README.md", "CHANGELOG.md", "LICENSE", "docs", "package-lock.json"];

const ZSTD = ["zstd", "--quiet", "--force", "-T0", "-o"] as const;
/** The same content gives the same file. */
const TAR = ["tar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--create", "--file=-"] as const;

/**
 * The project with what it runs on, by name and not all of its folder: keys and state of a site lie there too.
 * @param ownFiles that the stack file names, inside of the project
 */
export async function packProject(projectFolder: string, ownFiles: readonly string[], to: string): Promise<void> {
  const parts = [...PROJECT_PARTS, ...DOCUMENTS, ...ownFiles].filter((part) => existsSync(join(projectFolder, part)));
  // Links are followed, for what they lead to is not at the site; those of `.bin` are for people who develop.
  const modules = realpathSync(join(projectFolder, "node_modules"));
  if (basename(modules) !== "node_modules")
    throw new OperationError("bundle", `node_modules is a link to a folder of another name: \`${modules}\``);
  const excluded = ["policies/node_modules", "node_modules/.bin", ...developmentModules(modules)].map((path) => `--exclude=${path}`);
  const folders = ["--directory", projectFolder, ...new Set(parts), "--directory", dirname(modules), "node_modules"];
  await runPipe([...TAR, "--dereference", "--anchored", ...excluded, ...folders], [...ZSTD, to]);
}

/** By npm's own list, which says of each package what it is there for. */
function developmentModules(modules: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  return Object.entries(packages).flatMap(([path, { dev }]) => (dev ? [path] : []));
}

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

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function packPlugins(programs: readonly string[], to: string): Promise<void> {
  const folders = programs.flatMap((program) => ["--directory", dirname(program), basename(program)]);
  await runPipe([...TAR, "--dereference", ...folders], [...ZSTD, to]);
}
