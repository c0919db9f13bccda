import { UNKNOWN_TEXT } from "./property-values";

/** The stack's own resource type; children of it carry no type chain of it in their URNs. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

const PROVIDER_TYPE_PREFIX = "pulumi:providers:";

export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** The type with the chain of its parents' types: `ldms:index:Cluster$docker:index/container:Container`. */
  readonly qualifiedType: string;
  readonly name: string;
}

/** `urn:pulumi:STACK::PROJECT::PARENTTYPE$TYPE::NAME`; a parent that is the stack adds nothing to the chain. */
export function makeUrn(stack: string, project: string, parentUrn: string, type: string, name: string): string {
  const parentType = parentUrn === "" ? "" : parseUrn(parentUrn).qualifiedType;
  const qualifiedType = parentType === "" || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualifiedType}::${name}`;
}

/** A name may hold `::` itself; everything behind the third separator is the name. @throws Error for text that is no URN. */
export function parseUrn(urn: string): UrnParts {
  if (!isUrn(urn)) throw new Error(`urn: is not a resource name: \`${urn}\``);
  const [head = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return { stack: head.slice("urn:pulumi:".length), project, qualifiedType, name: name.join("::") };
}

export function isUrn(text: string): boolean {
  return text.startsWith("urn:pulumi:") && text.split("::").length >= 4;
}

/** The resource's own type, without its parents'. */
export function urnType(urn: string): string {
  return parseUrn(urn).qualifiedType.split("$").at(-1) ?? "";
}

export function urnName(urn: string): string {
  return parseUrn(urn).name;
}

export function isProviderType(type: string): boolean {
  return type.startsWith(PROVIDER_TYPE_PREFIX);
}

/** `docker` for `pulumi:providers:docker` and for `docker:index/container:Container`. */
export function packageOfType(type: string): string {
  return isProviderType(type) ? type.slice(PROVIDER_TYPE_PREFIX.length) : (type.split(":")[0] ?? "");
}

export function providerTypeOf(packageName: string): string {
  return `${PROVIDER_TYPE_PREFIX}${packageName}`;
}

/** A provider that the engine made by itself because the program named none. */
export function isDefaultProviderUrn(urn: string): boolean {
  const parts = parseUrn(urn);
  return isProviderType(parts.qualifiedType) && (parts.name === "default" || parts.name.startsWith("default_"));
}

/** `URN::ID`, how a resource names its provider. */
export interface ProviderReference {
  readonly urn: string;
  readonly id: string;
}

export function parseProviderReference(reference: string): ProviderReference {
  const end = reference.lastIndexOf("::");
  return { urn: reference.slice(0, end), id: reference.slice(end + 2) };
}

/** The id of a provider that a preview would create is not known yet; the SDK writes the unknown value in its place. */
export function makeProviderReference(urn: string, id: string): string {
  return `${urn}::${id === "" ? UNKNOWN_TEXT : id}`;
}
