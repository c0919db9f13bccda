import type { Provider } from "./provider/provider";
import { ProviderError } from "./provider/provider";
import { CommandProvider } from "./providers/command/command-provider";
import { DockerProvider } from "./providers/docker/docker-provider";

/**
 * A new, not yet configured provider of a package: `docker` or `command`.
 *
 * @param projectFolder what relative paths in a program mean: build contexts, ssh keys and known hosts, the folder of local commands
 * @throws ProviderError for any other package
 */
export function createProvider(packageName: string, projectFolder: string): Provider {
  if (packageName === "docker") return new DockerProvider(projectFolder);
  if (packageName === "command") return new CommandProvider(projectFolder);

  throw new ProviderError(`the embedded engine has no provider for the package: \`${packageName}\`\nhelp: run with \`--engine pulumi\``);
}
