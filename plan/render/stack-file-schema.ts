import { z } from "zod";
import { SECRET_NAMES, SECRET_TEXTS } from "../checks/secret-names";
import { ClusterConfigSchema } from "../config/config";
import { NAMESPACE } from "../config/namespace";

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** JSON Schema of Pulumi.STACK.yaml, by which an editor knows its keys. The form of each value, not what it says of another one. */
export function renderStackFileSchema(): string {
  return `${JSON.stringify(stackFileSchema(), null, 2)}\n`;
}

export function stackFileSchema(): JsonSchema {
  const { $schema, properties = {}, required = [] } = z.toJSONSchema(ClusterConfigSchema, { io: "input", override: complete });
  const secrets = Object.fromEntries(SECRET_NAMES.map((name) => [name, secret(SECRET_TEXTS[name])]));
  const known = { ...properties, ...secrets };
  const rest = {
    ...secret("A site's own secret, for a file of its daemons: `ldms config set --secret NAME`."),
    title: "no key of ldms, so an encrypted secret of the site",
  };
  const config = {
    type: "object",
    properties: Object.fromEntries(Object.entries(known).map(([key, value]) => [`${NAMESPACE}${key}`, value])),
    required: required.map((key) => `${NAMESPACE}${key}`),
    patternProperties: { [`^${NAMESPACE}(?!(?:${Object.keys(known).join("|")})$)`]: rest },
  } as const;
  return {
    ...($schema !== undefined && { $schema }),
    title: "The stack file of LDMS",
    type: "object",
    properties: { config },
    required: ["config"],
  };
}

function secret(description: string): JsonSchema {
  return {
    description,
    examples: [{ secure: "v1:…" }],
    type: "object",
    properties: { secure: { type: "string", description: "The ciphertext.", examples: ["v1:…"] } },
    required: ["secure"],
    additionalProperties: false,
  };
}

/**
 * What zod leaves out where a part of a value is rewritten when it is read (a path in its one spelling), since it may differ there: here it does not.
 * Keys of which there are only some are listed, so that an editor offers them.
 */
function complete({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const examples = z.globalRegistry.get(zodSchema)?.["examples"] as unknown[] | undefined;
  if (examples !== undefined) jsonSchema.examples = examples;
  if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
  const names = typeof jsonSchema.propertyNames === "object" ? jsonSchema.propertyNames.enum : undefined;
  if (names === undefined) return;
  jsonSchema.properties = Object.fromEntries(names.map((name) => [String(name), jsonSchema.additionalProperties as JsonSchema]));
  jsonSchema.additionalProperties = false;
  delete jsonSchema.propertyNames;
}
