import type { PropertyMap, PropertyValue } from "../../../stack/property-value";
import type { Fields } from "../../provider/shape";
import { isMap, numberOf, textOf } from "../../provider/values";

const LOGGING = ["stdout", "stderr", "stdoutAndStderr", "none"];

const COMMON_FIELDS: Fields = {
  create: { shape: "string" },
  update: { shape: "string" },
  delete: { shape: "string" },
  triggers: { shape: { list: "any" } },
  stdin: { shape: "string" },
  addPreviousOutputInEnv: {
    shape: "boolean",
    isRequired: true,
    problem: (value) => (value === false ? undefined : "must be false: the embedded engine hands no output on"),
  },
  logging: {
    shape: "string",
    problem: (value) => (LOGGING.includes(value as string) ? undefined : `is not one of ${LOGGING.join(", ")}: \`${value}\``),
  },
};

export const LOCAL_FIELDS: Fields = {
  ...COMMON_FIELDS,
  interpreter: { shape: { list: "string" } },
};

/** One hop. Passwords are no input of this engine: its ssh never asks and cannot be given one without showing it. */
const HOP_FIELDS: Fields = {
  host: { shape: "string", isRequired: true },
  user: { shape: "string", default: "root" },
  port: { shape: "number", default: 22 },
  privateKey: { shape: "string" },
  agentSocketPath: { shape: "string" },
  hostKey: { shape: "string" },
  dialErrorLimit: { shape: "number", default: 10 },
  perDialTimeout: { shape: "number", default: 15 },
};

export const REMOTE_FIELDS: Fields = {
  ...COMMON_FIELDS,
  connection: { shape: { fields: { ...HOP_FIELDS, proxy: { shape: { fields: HOP_FIELDS } } } }, isRequired: true },
};

/** A host to log in to, as the program gives it. `privateKey` is the key itself. */
export interface Hop {
  readonly host: string;
  readonly user: string;
  readonly port: number;
  readonly privateKey: string | undefined;
  readonly agentSocketPath: string | undefined;
  readonly hostKey: string | undefined;
}

export interface Connection extends Hop {
  /** Failed attempts after which it is given up; -1 is never, which this engine bounds by time. */
  readonly dialErrorLimit: number;
  /** Seconds; 0 is without bound, which this engine takes as its own limit. */
  readonly perDialTimeoutSeconds: number;
  readonly proxy: Hop | undefined;
}

export function parseConnection(value: PropertyValue | undefined): Connection {
  const map = isMap(value) ? value : {};

  return {
    ...parseHop(map),
    dialErrorLimit: numberOf(map["dialErrorLimit"]) ?? 10,
    perDialTimeoutSeconds: numberOf(map["perDialTimeout"]) ?? 15,
    proxy: isMap(map["proxy"]) ? parseHop(map["proxy"]) : undefined,
  };
}

function parseHop(map: PropertyMap): Hop {
  return {
    host: String(map["host"]),
    user: textOf(map["user"]) ?? "root",
    port: numberOf(map["port"]) ?? 22,
    privateKey: textOf(map["privateKey"]),
    agentSocketPath: textOf(map["agentSocketPath"]),
    hostKey: textOf(map["hostKey"]),
  };
}

/** Where a command runs, for messages: `cygnus-03`, `localhost`. */
export function hostOf(inputs: PropertyMap): string {
  return isMap(inputs["connection"]) ? String(inputs["connection"]["host"]) : "localhost";
}
