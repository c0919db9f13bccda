import type { Inspected } from "./lab-facts";

/** What of an inspection two makings of one container cannot share: ids, times, a health check under way, and by what name the image was asked for. */
const OWN_TO_EACH = [
  "Id",
  "Created",
  "ExecIDs",
  "State",
  "Image",
  "ResolvConfPath",
  "HostnamePath",
  "HostsPath",
  "LogPath",
  "GraphDriver",
  "NetworkSettings",
];

/** What two makings of one container share, by place; env, binds and mounts sorted, for an engine keeps them as it was asked. */
export function comparable(containers: ReadonlyMap<string, Inspected>): ReadonlyMap<string, unknown> {
  return new Map([...containers].map(([place, container]) => [place, withoutOwn(container)]));
}

function withoutOwn(container: Inspected): unknown {
  const { Config, HostConfig, Mounts, ...rest } = container;
  // Asked for no init process, or asked for nothing: the same to an engine whose own default is none.
  const { Init, Binds, ...others } = HostConfig as Readonly<Record<string, unknown>>;
  const hostConfig = { ...others, Binds: [...((Binds ?? []) as string[])].sort() };
  const { Image: _, Env, ...config } = Config as Readonly<Record<string, unknown>>;
  const mounts = [...(Mounts as { readonly Destination: string }[])].sort((a, b) => (a.Destination < b.Destination ? -1 : 1));
  const kept = Object.entries(rest).filter(([name]) => !OWN_TO_EACH.includes(name));
  return withoutEmpty({
    ...Object.fromEntries(kept),
    HostConfig: Init === true ? { ...hostConfig, Init } : hostConfig,
    Config: { ...config, Env: [...(Env as string[])].sort() },
    Mounts: mounts,
  });
}

/** A client that sends an empty list and one that sends nothing ask for the same. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, withoutEmpty(item)] as const);
  return Object.fromEntries(entries.filter(([, item]) => !isEmpty(item)));
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
