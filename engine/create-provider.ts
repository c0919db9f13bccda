import type { Provider } from "./provider/provider";
import { ProviderError } from "./provider/provider";

/**
 * A new, not yet configured provider of a package: `docker` or `command`, loaded for a stack that has resources of it.
 *
 * @param projectFolder what relative paths in a program mean: build contexts, ssh keys and known hosts, the folder of local commands
 * @throws ProviderError for any other package
 */
export function createProvider(packageName: string, projectFolder: string): Provider {
  if (packageName === "docker") {
    const { DockerProvider } = require("./providers/docker/docker-provider") as typeof import("./providers/docker/docker-provider");
    return new DockerProvider(projectFolder);
  }
  if (packageName === "command") {
    const { CommandProvider } = require("./providers/command/command-provider") as typeof import("./providers/command/command-provider");
    return new CommandProvider(projectFolder);
  }
  throw new ProviderError(`the embedded engine has no provider for the package: \`${packageName}\`\nhelp: run with \`--engine pulumi\``);
}
