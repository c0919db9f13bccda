import type { PropertyValue } from "../../../stack/property-value";
import { textsOf } from "../../provider/values";
import { alignElements, setOfTexts } from "./container-lists";
import { type ContainerProperty, fixed, readPlace, scalar, writePlace } from "./container-property";

const RESTART_POLICIES = ["no", "on-failure", "always", "unless-stopped"];

export const image: ContainerProperty = {
  field: { shape: "string", isRequired: true },
  write: (value, body) => writePlace(body, "Config.Image", value),
  // Docker keeps what was asked for and what it found; a program that gives an id is told the id.
  read: (found, wanted) => (String(wanted).startsWith("sha256:") ? found.imageId : (readPlace(found, "Config.Image") as string)),
  unset: (found) => found.imageId,
};

export const name: ContainerProperty = {
  field: { shape: "string", isRequired: true },
  read: (found) => found.containerName,
  unset: (found) => found.containerName,
};

export const mustRun: ContainerProperty = {
  ...fixed("boolean", true),
  // A container that should run and does not shows as `mustRun: false`, as the real provider has it.
  read: (found, wanted) => (found.isRunning ? wanted : false),
};

export const restart = scalar("string", "HostConfig.RestartPolicy.Name", {
  field: {
    default: "no",
    problem: (value) =>
      RESTART_POLICIES.includes(value as string) ? undefined : `is not one of ${RESTART_POLICIES.join(", ")}: \`${value}\``,
  },
  zero: "no",
  isUpdatable: true,
});

/** What the docker CLI makes of `--gpus all`. */
const ALL_GPUS = { Driver: "", Count: -1, DeviceIDs: null, Capabilities: [["gpu"]], Options: {} };

export const gpus: ContainerProperty = {
  // The real provider says of any other value that its behaviour is unexpected.
  field: { shape: "string", problem: (value) => (value === "all" ? undefined : `is not \`all\`: \`${value}\``) },
  write: (_, body) => writePlace(body, "HostConfig.DeviceRequests", [ALL_GPUS]),
  read: (found) => {
    const [request] = (readPlace(found, "HostConfig.DeviceRequests") ?? []) as readonly { readonly Count: number }[];
    return request?.Count === ALL_GPUS.Count ? "all" : undefined;
  },
  unset: () => null,
};

const SYSTEM_PATHS = "systempaths=unconfined";

export const securityOpts: ContainerProperty = {
  ...setOfTexts("HostConfig.SecurityOpt"),
  // The docker CLI takes this one itself and sends the daemon two empty lists instead.
  write: (value, body) => {
    writePlace(
      body,
      "HostConfig.SecurityOpt",
      textsOf(value).filter((option) => option !== SYSTEM_PATHS),
    );
    if (textsOf(value).includes(SYSTEM_PATHS)) Object.assign(body.HostConfig, { MaskedPaths: [], ReadonlyPaths: [] });
  },
  read: (found, wanted) => {
    const options = textsOf(readPlace(found, "HostConfig.SecurityOpt") as PropertyValue | undefined);
    // The daemon adds this one to every privileged container.
    const own = options.filter((option) => option !== "label=disable" || textsOf(wanted).includes(option));
    const isUnconfined = ((readPlace(found, "HostConfig.MaskedPaths") ?? []) as readonly string[]).length === 0;
    const isAsked = textsOf(wanted).includes(SYSTEM_PATHS);
    return alignElements(textsOf(wanted), isUnconfined && isAsked ? [...own, SYSTEM_PATHS] : own, String);
  },
};
