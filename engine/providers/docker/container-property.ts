import type { PropertyValue } from "../../../stack/property-value";
import type { KeyOf } from "../../provider/property-diff";
import type { Field, Shape } from "../../provider/shape";
import { withoutMarks } from "../../provider/values";

/** The body of the Docker API's container create call, before its two halves are joined. */
export interface CreateBody {
  readonly Config: Record<string, unknown>;
  readonly HostConfig: Record<string, unknown>;
}

/** What `docker inspect` says of a container, as far as the properties ask, and what its image brings along. */
export interface Found {
  readonly Config: Readonly<Record<string, unknown>>;
  readonly HostConfig: Readonly<Record<string, unknown>>;
  readonly containerName: string;
  readonly isRunning: boolean;
  readonly imageId: string;
  readonly imageEnv: readonly string[];
  readonly imageLabels: Readonly<Record<string, string>>;
}

/** One input of a container: what it may be, where it goes in the create call, how it comes back, what a change of it means. */
export interface ContainerProperty {
  /** Absent: part of every container's outputs, but no input of this engine. */
  readonly field?: Field;
  /** Absent: known to this provider alone (`mustRun`). */
  readonly write?: (value: PropertyValue, body: CreateBody) => void;
  /** What the host says of a property that the program set: `wanted` itself where it means the same; `undefined` where there is nothing. */
  readonly read?: (found: Found, wanted: PropertyValue) => PropertyValue | undefined;
  /** The output of a property that the program did not set. */
  readonly unset: (found: Found) => PropertyValue;
  /** The output of one that it did set, when that is not the input itself. */
  readonly toOutput?: (value: PropertyValue) => PropertyValue;
  /** For a list whose order means nothing; by path below the property: `""`, `.adds`. */
  readonly keys?: Readonly<Record<string, KeyOf>>;
  /** A change needs no new container: the engine can do it in place, or it concerns this provider alone. */
  readonly isUpdatable?: true;
}

/** The place of a property in both bodies, by example: `HostConfig.RestartPolicy.Name`. */
export type Place = `${"Config" | "HostConfig"}.${string}`;

export function readPlace(found: Found, place: Place): unknown {
  let value: unknown = found;
  for (const step of place.split(".")) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[step];

  return value ?? undefined;
}

export function writePlace(body: CreateBody, place: Place, value: unknown): void {
  const steps = place.split(".");
  const last = steps.pop()!;
  let target = body as unknown as Record<string, unknown>;
  for (const step of steps) {
    target[step] ??= {};
    target = target[step] as Record<string, unknown>;
  }
  target[last] = value;
}

export interface ScalarOptions {
  readonly field?: Partial<Field>;
  /** The value that Docker's own zero stands for; the output when nothing is set, unless `isSilentUnset`. @default the shape's zero */
  readonly zero?: PropertyValue;
  /** The real provider writes null, not Docker's value, when the program is silent. */
  readonly isSilentUnset?: true;
  /** How many of Docker's units one of ours is: 1048576 for `memory`, which is in MiB here and in bytes there. */
  readonly scale?: number;
  readonly isUpdatable?: true;
}

const ZEROES = { string: "", number: 0, boolean: false } as const;

/** A text, number or switch that Docker keeps at one place. */
export function scalar(shape: keyof typeof ZEROES, place: Place, options: ScalarOptions = {}): ContainerProperty {
  const { scale = 1, zero = ZEROES[shape] } = options;
  // Negative numbers are marks (`memorySwap: -1` is unlimited), not amounts.
  const toApi = (value: PropertyValue) => (typeof value === "number" && value > 0 ? value * scale : value);
  const fromApi = (raw: unknown) => (typeof raw === "number" && raw > 0 ? Math.trunc(raw / scale) : ((raw || zero) as PropertyValue));

  return {
    field: { shape, ...options.field },
    write: (value, body) => writePlace(body, place, toApi(value)),
    read: (found) => fromApi(readPlace(found, place)),
    unset: (found) => (options.isSilentUnset ? null : fromApi(readPlace(found, place))),
    ...(options.isUpdatable && { isUpdatable: true }),
  };
}

/** An input that only steers the provider, always by its default; Docker knows nothing of it. */
export function fixed(shape: Shape, value: PropertyValue): ContainerProperty {
  return { field: { shape, default: value, isFixed: true }, unset: () => value, isUpdatable: true };
}

/** An output that Docker or the image decides, and no program of this engine. */
export function reported(shape: keyof typeof ZEROES, place: Place, options: Pick<ScalarOptions, "scale"> = {}): ContainerProperty {
  return { unset: scalar(shape, place, options).unset };
}

/** The output form of a property: the input, or what stands for one that is not set. */
export function outputOf(property: ContainerProperty, found: Found, current: PropertyValue | undefined): PropertyValue {
  if (current === undefined) return property.unset(found);

  return property.toOutput === undefined ? withoutMarks(current) : property.toOutput(current);
}
