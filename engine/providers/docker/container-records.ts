import type { PropertyMap } from "../../../stack/property-value";
import { textOf } from "../../provider/values";
import type { RecordForm } from "./container-lists";

const BLANK_VOLUME = { containerPath: "", fromContainer: "", hostPath: "", readOnly: false, selinuxRelabel: "", volumeName: "" };

/** `volumes`: `/run/munge:/run/munge:ro` to Docker. Volumes without a source, which Docker would name itself, are no input of this engine. */
export const VOLUMES: RecordForm = {
  fields: {
    containerPath: { shape: "string", isRequired: true },
    hostPath: {
      shape: "string",
      problem: (value) => (String(value).startsWith("/") ? undefined : `is not an absolute path: \`${value}\``),
    },
    volumeName: { shape: "string" },
    readOnly: { shape: "boolean" },
  },
  key: "containerPath",
  // The real provider's form of a switch that is not set within a set.
  blank: { ...BLANK_VOLUME, readOnly: null },
  meaning: (volume) => ({ ...BLANK_VOLUME, ...volume }),
  toApi: (volume) => {
    const mode = volume["readOnly"] === true ? "ro" : "rw";
    return `${textOf(volume["hostPath"]) || textOf(volume["volumeName"])}:${volume["containerPath"]}:${mode}`;
  },
  fromApi: (bind: string): PropertyMap => {
    const [source = "", containerPath = "", mode = ""] = bind.split(":");
    const modes = mode.split(",");
    return {
      containerPath,
      hostPath: source.startsWith("/") ? source : "",
      volumeName: source.startsWith("/") ? "" : source,
      readOnly: modes.includes("ro"),
      selinuxRelabel: modes.find((part) => part.toLowerCase() === "z") ?? "",
    };
  },
};

interface ApiDevice {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

export const DEVICES: RecordForm = {
  fields: {
    hostPath: { shape: "string", isRequired: true },
    containerPath: { shape: "string" },
    permissions: { shape: "string", default: "rwm" },
  },
  key: "hostPath",
  blank: { containerPath: "", hostPath: "", permissions: "rwm" },
  meaning: (device) => ({ ...device, containerPath: textOf(device["containerPath"]) || device["hostPath"]! }),
  toApi: (device): ApiDevice => ({
    PathOnHost: String(device["hostPath"]),
    PathInContainer: textOf(device["containerPath"]) || String(device["hostPath"]),
    CgroupPermissions: String(device["permissions"]),
  }),
  fromApi: (device: ApiDevice): PropertyMap => ({
    hostPath: device.PathOnHost,
    containerPath: device.PathInContainer,
    permissions: device.CgroupPermissions,
  }),
};

interface ApiUlimit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

export const ULIMITS: RecordForm = {
  fields: {
    name: { shape: "string", isRequired: true },
    soft: { shape: "number", isRequired: true },
    hard: { shape: "number", isRequired: true },
  },
  key: "name",
  blank: {},
  meaning: (element) => element,
  toApi: (ulimit) => ({ Name: ulimit["name"], Soft: ulimit["soft"], Hard: ulimit["hard"] }),
  fromApi: (ulimit: ApiUlimit): PropertyMap => ({ name: ulimit.Name, soft: ulimit.Soft, hard: ulimit.Hard }),
};
