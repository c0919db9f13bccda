import type { PropertyMap } from "../../../stack/property-value";
import { Unknown } from "../../../stack/property-value";
import { diffInputs } from "../../provider/property-diff";
import type { CheckResult, DiffResult, Provider, ProviderCall, ResourceIdentity, ResourceState } from "../../provider/provider";
import { ProviderError } from "../../provider/provider";
import { checkInputs, type Fields } from "../../provider/shape";
import { textOf, textsOf } from "../../provider/values";
import { CONTAINER } from "./container";
import { DockerHost } from "./docker-host";
import { parseHostAddress } from "./host-address";
import { imageKind } from "./image";
import { REMOTE_IMAGE } from "./remote-image";
import type { ResourceKind } from "./resource-kind";
import { VOLUME } from "./volume";

// The SDK sends a provider's structured settings as JSON text: `sshOpts` is `["-F","ssh_config"]`, `disableDockerDaemonCheck` is `true`.
const CONFIG_FIELDS: Fields = {
  host: { shape: "any", problem: (value) => (typeof value === "string" ? undefined : "is not a text") },
  sshOpts: { shape: "any" },
  disableDockerDaemonCheck: { shape: "any" },
  version: { shape: "any" },
};

/** `@pulumi/docker` 5.2.0 for the types that this program uses, against one Docker engine. */
export class DockerProvider implements Provider {
  private configured: DockerHost | undefined;
  private readonly kinds: Readonly<Record<string, ResourceKind>>;

  /** @param projectFolder what a build's context and Dockerfile, and the ssh key and known hosts, are relative to */
  constructor(private readonly projectFolder: string) {
    this.kinds = {
      "docker:index/container:Container": CONTAINER,
      "docker:index/image:Image": imageKind(projectFolder),
      "docker:index/remoteImage:RemoteImage": REMOTE_IMAGE,
      "docker:index/volume:Volume": VOLUME,
    };
  }

  async checkConfig(inputs: PropertyMap): Promise<CheckResult> {
    const { failures } = checkInputs("pulumi:providers:docker", inputs, CONFIG_FIELDS, false);
    const host = textOf(inputs["host"]);
    if (host !== undefined) parseHostAddress(host);

    return { inputs, failures };
  }

  async diffConfig(oldInputs: PropertyMap, newInputs: PropertyMap): Promise<DiffResult> {
    return diffInputs(oldInputs, newInputs, { keyOf: () => undefined, replaces: () => false, deleteBeforeReplace: false });
  }

  async configure(inputs: PropertyMap): Promise<void> {
    this.configured?.close();
    // A host that only `up` will know is asked nothing in a preview.
    if (Object.values(inputs).some((value) => value instanceof Unknown)) return;
    const host = textOf(inputs["host"]) ?? process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
    this.configured = new DockerHost(parseHostAddress(host), sshOptsOf(inputs["sshOpts"]), this.projectFolder);
  }

  async check(resource: ResourceIdentity, inputs: PropertyMap): Promise<CheckResult> {
    return this.kindOf(resource).check(inputs);
  }

  async diff(old: ResourceState, newInputs: PropertyMap): Promise<DiffResult> {
    return this.kindOf(old).diff(old, newInputs);
  }

  async create(resource: ResourceIdentity, inputs: PropertyMap, isResumed: boolean, call?: ProviderCall) {
    return this.kindOf(resource).create(this.host, inputs, isResumed, call?.takenOverId);
  }

  async read(old: ResourceState): Promise<ResourceState | undefined> {
    return this.kindOf(old).read(this.host, old);
  }

  async update(old: ResourceState, newInputs: PropertyMap): Promise<PropertyMap> {
    return this.kindOf(old).update(this.host, old, newInputs);
  }

  async delete(old: ResourceState): Promise<void> {
    await this.kindOf(old).delete(this.host, old);
  }

  async close(): Promise<void> {
    this.configured?.close();
  }

  private kindOf(resource: ResourceIdentity): ResourceKind {
    const kind = this.kinds[resource.type];
    if (kind !== undefined) return kind;

    throw new ProviderError(
      `${resource.urn}: the embedded engine does not know the type: \`${resource.type}\`\nhelp: run with \`--engine pulumi\``,
    );
  }

  private get host(): DockerHost {
    if (this.configured === undefined) throw new ProviderError("docker provider: used before it was configured");
    return this.configured;
  }
}

function sshOptsOf(value: unknown): readonly string[] {
  if (typeof value !== "string") return textsOf(value as readonly string[] | undefined);

  return textsOf(JSON.parse(value) as readonly string[]);
}
