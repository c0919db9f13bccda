import type { ClusterConfig } from "../config/config";
import { mountFile, type PlanContext } from "../containers/container-unit";
import { listBelow, listPulling } from "../daemons/below";
import { type AuthPlugin, authOf, type DaemonGroup, type MungeMode } from "../daemons/daemon-group";
import { dialDaemon } from "../daemons/dial";
import type { PlannedMount } from "../model/container";
import type { PlannedFile } from "../model/file";
import { OVIS_SECRET_FILE, OVIS_SECRET_IN_CONTAINER } from "../model/places";
import { mountMunge } from "../munge/munge";
import { OVIS_SECRET } from "./ovis-secret";

/** What an authentication is told besides its name, as `KEY=VALUE` of ldmsd's `-A`, of ldms_ls and of `auth_add`. */
const ARGUMENTS: Readonly<Record<AuthPlugin, Readonly<Record<string, string>>>> = {
  none: {},
  munge: {},
  ovis: { conf: OVIS_SECRET_IN_CONTAINER },
};

/** Attributes of an `auth_add` line, and of an endpoint's `auth` in ldms_cfg.yaml. */
export function authAttributes(auth: AuthPlugin): Readonly<Record<string, string>> {
  return { name: auth, plugin: auth, ...ARGUMENTS[auth] };
}

/** `["conf=/etc/ldms/ovis.secret"]` */
export function authArguments(auth: AuthPlugin): string[] {
  return Object.entries(ARGUMENTS[auth]).map(([name, value]) => `${name}=${value}`);
}

/** ldmsd's options: `["-a", "ovis", "-A", "conf=/etc/ldms/ovis.secret"]`; by default it asks nobody. */
export function authOptions(auth: AuthPlugin): string[] {
  return auth === "none" ? [] : ["-a", auth, ...authArguments(auth).flatMap((argument) => ["-A", argument])];
}

/** What the daemons of a group prove themselves by: at their own ports, and to those that they pull from. */
export function neededAuths(group: DaemonGroup, groups: readonly DaemonGroup[]): ReadonlySet<AuthPlugin> {
  const below = listBelow(group, groups).filter((part) => !part.group.advertises);
  const pulled = below.map((part) => dialDaemon(group, { group: part.group, index: 0 }).auth);
  const dialled = [...pulled, ...(group.advertises ? listPulling(group, groups).map(authOf) : [])];
  return new Set([authOf(group), ...group.listeners.map(({ auth }) => auth), ...dialled]);
}

interface AuthParts {
  readonly mounts: readonly PlannedMount[];
  readonly files: readonly PlannedFile[];
}

/** What gives a container its authentications. @param munge where its munge comes from */
export function mountAuths(
  context: PlanContext,
  config: ClusterConfig,
  { auths, munge, container }: { readonly auths: ReadonlySet<AuthPlugin>; readonly munge: MungeMode; readonly container: string },
): AuthParts {
  const ofMunge = mountMunge(context, config, auths.has("munge") ? munge : "none", container);
  if (!auths.has("ovis")) return ofMunge;
  // A daemon reads it at its start and never again: another word is another container.
  const { mount, file } = mountFile(context, {
    container,
    name: OVIS_SECRET_FILE,
    containerPath: OVIS_SECRET_IN_CONTAINER,
    mode: 0o600,
    content: { kind: "secret", secretName: OVIS_SECRET, encoding: "ovis" },
  });
  return { mounts: [...ofMunge.mounts, mount], files: [...ofMunge.files, file] };
}
