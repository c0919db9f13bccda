import { DockerHost } from "./docker-host";
import type { HostAddress } from "./host-address";

/** A registry may be far away. */
const ASK_TIMEOUT_MS = 60_000;

/**
 * The digest that a registry has for a reference now, as one host's engine sees it: `sha256:…`; of an image for several platforms, that of their index.
 * Nothing is pulled.
 *
 * @throws DockerCallError with the host's name and the engine's words
 */
export async function registryDigest(
  address: HostAddress,
  ssh: { readonly opts: readonly string[]; readonly folder: string },
  reference: string,
): Promise<string> {
  const host = new DockerHost(address, ssh.opts, ssh.folder);
  try {
    const { Descriptor } = await host.call(
      `ask the registry for \`${reference}\``,
      (api) => api.getImage(reference).distribution(),
      ASK_TIMEOUT_MS,
    );
    return Descriptor.digest;
  } finally {
    host.close();
  }
}
