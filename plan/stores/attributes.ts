import type { StoreConfig } from "../config/config";
import { asText } from "../config/settings";
import { toSeconds } from "../text/duration";
import { toKib } from "../text/size";

/** What a store's plugin is told in its `config` line. */
export function attributesOf(store: StoreConfig): Readonly<Record<string, string | null>> {
  const { path, rollover, headers, stream, container, config } = store;
  return {
    ...(path !== undefined && { path }),
    // It has no storage policy that would say it.
    ...(stream !== undefined && { ...(container !== undefined && { container }), stream }),
    ...(rollover && renderRollover(rollover)),
    ...(headers !== undefined && { altheader: headers === "own-file" ? "1" : "0" }),
    ...asText(config),
  };
}

/** @see ldms-store_csv(7), `rolltype` */
function renderRollover({ every, daily, rows, size }: NonNullable<StoreConfig["rollover"]>): Readonly<Record<string, string>> {
  const rolled = (rolltype: number, rollover: number) => ({ rolltype: String(rolltype), rollover: String(rollover) });
  if (every !== undefined) return rolled(1, toSeconds(every));
  if (daily !== undefined) return rolled(2, Number(daily.slice(0, 2)) * 3600 + Number(daily.slice(3)) * 60);
  return rows === undefined ? rolled(4, toKib(size!) * 1024) : rolled(3, rows);
}

/** Attributes that a store's own keys make; in its `config` they would be there twice. */
export function takenAttributes({ rollover, headers, stream }: StoreConfig): readonly string[] {
  return [
    "path",
    ...(stream === undefined ? [] : ["container", "stream"]),
    ...(rollover ? ["rolltype", "rollover"] : []),
    ...(headers === undefined ? [] : ["altheader"]),
  ];
}

/** `container=` of its storage policy: of Kafka the brokers. */
export function containerOf({ brokers, container }: Pick<StoreConfig, "brokers" | "container">): string | undefined {
  return brokers?.join(",") ?? container;
}
