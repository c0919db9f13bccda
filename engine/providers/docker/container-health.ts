import type { PropertyMap, PropertyValue } from "../../../stack/property-value";
import type { Field } from "../../provider/shape";
import { listOf, numberOf, textOf, withoutMarks } from "../../provider/values";
import { type ContainerProperty, type Found, readPlace, writePlace } from "./container-property";
import { parseGoDuration, renderGoDuration } from "./go-duration";

interface HealthConfig {
  readonly Test?: readonly string[];
  readonly Retries?: number;
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
}

const DURATIONS = { interval: "Interval", timeout: "Timeout", startPeriod: "StartPeriod", startInterval: "StartInterval" } as const;

const DURATION: Field = {
  shape: "string",
  default: "0s",
  problem: (value) => (parseGoDuration(value as string) === undefined ? `is not a duration such as \`10s\`: \`${value}\`` : undefined),
};

/** A health check; durations in Go's spelling, compared by what they mean (`60s` is `1m0s`). */
export function healthcheck(): ContainerProperty {
  return {
    field: {
      shape: {
        fields: {
          tests: { shape: { list: "string" } },
          retries: { shape: "number" },
          ...Object.fromEntries(Object.keys(DURATIONS).map((name) => [name, DURATION])),
          startInterval: { ...DURATION, isFixed: true },
        },
      },
    },
    write: (value, body) => writePlace(body, "Config.Healthcheck", toApi(value as PropertyMap)),
    read: (found, wanted) => fromApi(healthOf(found), wanted as PropertyMap),
    unset: (found) => {
      const health = fromApi(healthOf(found), {});
      return health === undefined ? null : outputOf(health);
    },
    toOutput: outputOf,
  };
}

function healthOf(found: Found): HealthConfig | undefined {
  return readPlace(found, "Config.Healthcheck") as HealthConfig | undefined;
}

function toApi(value: PropertyMap): HealthConfig {
  const durations = Object.entries(DURATIONS).map(([name, key]) => [key, parseGoDuration(textOf(value[name]) ?? "0s")!]);

  return { Test: listOf(value["tests"]) as readonly string[], Retries: numberOf(value["retries"]) ?? 0, ...Object.fromEntries(durations) };
}

function fromApi(health: HealthConfig | undefined, wanted: PropertyMap): PropertyMap | undefined {
  if (health === undefined) return undefined;

  const result: Record<string, PropertyValue> = { ...wanted, tests: health.Test ?? [] };
  if ((health.Retries ?? 0) !== (numberOf(wanted["retries"]) ?? 0)) result["retries"] = health.Retries ?? 0;
  for (const [name, key] of Object.entries(DURATIONS)) {
    // Engines before 25 drop the interval of the start period in silence: that is no change made by hand.
    if (key === "StartInterval" && health.StartInterval === undefined) continue;
    const nanoseconds = health[key] ?? 0;
    if (nanoseconds !== parseGoDuration(textOf(wanted[name]) ?? "0s")) result[name] = renderGoDuration(nanoseconds);
  }

  return result;
}

function outputOf(value: PropertyValue): PropertyValue {
  const map = withoutMarks(value) as PropertyMap;
  const durations = Object.keys(DURATIONS).map(
    (name) => [name, renderGoDuration(parseGoDuration(textOf(map[name]) ?? "0s") ?? 0)] as const,
  );

  return { tests: [], retries: 0, ...map, ...Object.fromEntries(durations) };
}
