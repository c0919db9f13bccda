import { fillWorkFolder } from "../../automation/fill-work-folder";
import { createProvider } from "../../engine/create-provider";
import type { EngineEvent } from "../../engine/events/events";
import type { Provider, ResourceIdentity } from "../../engine/provider/provider";
import { type OperationResult, runOperation } from "../../engine/run-operation";
import { planStack, stackValues } from "../../operations/plan-stack";
import { keptPreflightOf } from "../../operations/preflight/pass-preflight";
import type { PropertyMap } from "../../stack/property-value";
import { readStackConfig } from "../../stack/stack-config";

/** Three hosts with all that matters: text, a secret's file, a script, containers by two names. */
export const IDLE_SITE = {
  hosts: "cygnus-[01-03]",
  xprt: "sock",
  ports: { ldmsd: 411 },
  ssh: { user: "root" },
  munge: { mode: "key" },
  images: { namespace: "ovishpc", tag: "4.5.3", source: "registry" },
  samplers: [{ hosts: "cygnus-[01-02]", container: "samp", plugins: [{ name: "meminfo", interval: "1s", offset: "0s" }] }],
  aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-03", interval: "1s", offset: "200ms" }],
  configure: "files",
} as const;

export const IDLE_KEY = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ").toString("base64");

export interface IdleRun {
  readonly folder: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The munge key; empty for a site without secrets. @default IDLE_KEY */
  readonly key?: string;
  readonly kind: "preview" | "up";
  readonly onEvent?: (event: EngineEvent) => void;
  /** Names of resources on which every change fails. */
  readonly failing?: readonly string[];
  readonly excludes?: readonly string[];
  readonly targets?: readonly string[];
}

/** The real program in the embedded engine; the hosts do what they are told, and are not there. */
export async function runIdle({ folder, config, key = IDLE_KEY, failing = [], onEvent, ...run }: IdleRun): Promise<OperationResult> {
  const location = { projectFolder: `${folder}/site`, stack: "idle", backendUrl: `file://${folder}/state`, passphrase: "p" };
  await fillWorkFolder(location, { config, ...(key !== "" && { secrets: { mungeKey: key } }) });
  const { plan } = await planStack(stackValues("idle", location.projectFolder, await readStackConfig(location)));
  const hosts = plan.hosts.map(({ name: host }) => ({ host, state: "ok" as const, problems: [] }));
  keptPreflightOf(location.projectFolder, plan).keep({ stack: plan.stack, hosts });
  return runOperation({
    ...location,
    ...run,
    continueOnError: true,
    createProvider: (name) => idleProvider(name, location.projectFolder, failing),
    ...(onEvent && { onEvent }),
  });
}

/** Does what it is told, and nothing. @param failing names of resources on which every change fails */
export function idleProvider(name: string, projectFolder: string, failing: readonly string[]): Provider {
  return idle(createProvider(name, projectFolder), failing);
}

/** What a provider adds, and others need. */
const OUTPUTS: Readonly<Record<string, PropertyMap>> = {
  "docker:index/remoteImage:RemoteImage": { imageId: `sha256:${"1".repeat(64)}` },
  "command:remote:Command": { stdout: "", stderr: "" },
};

function idle(real: Provider, failing: readonly string[]): Provider {
  const name = ({ urn }: ResourceIdentity) => urn.split("::").at(-1) ?? "";
  const mustWork = (resource: ResourceIdentity) => {
    if (failing.includes(name(resource))) throw new Error(`${name(resource)}: fails`);
  };
  return {
    checkConfig: (inputs) => real.checkConfig(inputs),
    diffConfig: (old, inputs) => real.diffConfig(old, inputs),
    configure: async () => undefined,
    check: (resource, inputs) => real.check(resource, inputs),
    diff: (old, inputs) => real.diff(old, inputs),
    create: async (resource, inputs) => {
      mustWork(resource);
      return { id: name(resource), outputs: { ...inputs, ...OUTPUTS[resource.type] } };
    },
    read: async (old) => old,
    update: async (old, inputs) => {
      mustWork(old);
      return { ...old.outputs, ...inputs };
    },
    delete: async (old) => mustWork(old),
    close: () => real.close(),
  };
}
