import type { ClusterConfig } from "../config/config";
import { listEntries } from "../config/entries";
import { usedImages } from "../config/used-images";
import { MUNGE_FOLDER } from "../model/places";
import type { ConfigProblem } from "../problems/errors";

/** An option that follows from other keys, and the spellings by which a program takes it. */
interface OwnedOption {
  readonly spelling: RegExp;
  readonly remedy: string;
}

/**
 * getopt takes the value joined (`-xsock:411`), a cluster of flags before the letter (`-Fx`) and any prefix of a long name that is not ambiguous.
 * @see ldmsd(8)
 */
const LDMSD_OPTIONS: readonly OwnedOption[] = [
  { spelling: /^(-[FVkt]*x|--x(p(r(t)?)?)?(=|$))/, remedy: "set `xprt` and `port`, and `listeners` for further ones" },
  { spelling: /^(-[FVkt]*a|--default_auth(=|$))/, remedy: "set `auth`, or `munge`" },
  { spelling: /^(-[FVkt]*m|--s(e(t(_[a-z]*)?)?)?(=|$))/, remedy: "set `setMemory`" },
  {
    spelling: /^(-[FVkt]*[cy]|--(conf|yaml)[a-z]*(=|$))/,
    remedy: "set `plugins`, `stores` and `configure`: each daemon reads a file of the plan's",
  },
  // Each of them ends ldmsd 4.5 with code 22.
  {
    spelling: /^(-[FVt]*[BCPks]|--(banner|default_quota|kernel_file|publish_kernel|worker_threads)(=|$))/,
    remedy: "leave it out: ldmsd takes it no more",
  },
];
const UI_OPTIONS: readonly OwnedOption[] = [{ spelling: /^--http-socket(=|$)/, remedy: "set `address` and `port`" }];
const GRAFANA_OPTIONS: readonly OwnedOption[] = [
  { spelling: /^cfg:(default\.)?server\.http_(addr|port)=/, remedy: "set `address` and `port`" },
  { spelling: /^--?config(=|$)/, remedy: "set `configFile`" },
  { spelling: /^--?homepath(=|$)/, remedy: "the image knows its own folder" },
];

/** Options that the plan writes itself. */
export function checkOptions(config: ClusterConfig): ConfigProblem[] {
  const { ui, grafana } = config;
  return [
    ...listEntries(config).flatMap(({ path, entry }) => checkOwned(path, entry.options, LDMSD_OPTIONS)),
    ...(ui ? checkOwned("ui", ui.options, UI_OPTIONS) : []),
    ...(grafana ? checkOwned("grafana", grafana.options, GRAFANA_OPTIONS) : []),
  ];
}

function checkOwned(path: string, options: readonly string[], owned: readonly OwnedOption[]): ConfigProblem[] {
  return options.flatMap((option, i) =>
    owned
      .filter(({ spelling }) => spelling.test(option))
      .map(({ remedy }) => ({ path: `${path}.options[${i}]`, message: `is written by the plan: \`${option}\``, help: remedy })),
  );
}

/** A key on the hosts is of use where a daemon runs its own munged, their socket where it does not. */
export function checkMungeModes(config: ClusterConfig): ConfigProblem[] {
  const { hostPath, socketDir } = config.munge;
  const uses = (mode: string) => [config.munge.mode, ...listEntries(config).map(({ entry }) => entry.munge)].some((one) => one === mode);
  return [
    ...(hostPath === undefined || uses("key")
      ? []
      : [{ path: "munge.hostPath", message: `has no effect without \`mode: key\`: \`${hostPath}\`` }]),
    ...(socketDir === MUNGE_FOLDER || uses("host")
      ? []
      : [{ path: "munge.socketDir", message: `has no effect without \`mode: host\`: \`${socketDir}\`` }]),
  ];
}

/** Whether any container is given a key. */
export function usesMungeKey({ munge, samplers, aggregators }: ClusterConfig): boolean {
  return munge.mode === "key" || [...samplers, ...aggregators].some((group) => group.munge === "key");
}

/** With `pin: required` every image that is not built here has its digest. */
export function checkPins(config: ClusterConfig): ConfigProblem[] {
  const { images } = config;
  if (images.pin !== "required") return [];
  const used = usedImages(config);
  const isPinned = (name: (typeof used)[number]) => {
    const reference = images.references[name];
    // What is built is known by its digest then, what comes in an archive by its id.
    const isOurs = images.source !== "registry" && reference === undefined;
    return isOurs || images.digests[name] !== undefined || reference?.includes("@") === true;
  };
  const ofGroups = listEntries(config).flatMap(({ path, entry: { image } }) =>
    image === undefined || image.includes("@")
      ? []
      : [{ path: `${path}.image`, message: `must have its digest with \`pin: required\`: \`${image}\``, help: `image: ${image}@sha256:…` }],
  );
  const loose = used.filter((name) => !isPinned(name));
  if (loose.length === 0) return ofGroups;
  const message = `must have the digest of each image with \`pin: required\`; missing: ${loose.map((name) => `\`${name}\``).join(", ")}`;
  return [...ofGroups, { path: "images.digests", message, help: `images: { digests: { ${loose[0]}: "sha256:…" } }` }];
}
