import type { AggregatorConfig, ClusterConfig, SamplerConfig, StoreConfig } from "../config/config";
import { listEntries } from "../config/entries";
import { CONF_IN_CONTAINER } from "../ldmsd/conf-path";
import { MUNGE_FOLDER, OVIS_SECRET_IN_CONTAINER } from "../model/places";
import type { ConfigProblem } from "../problems/errors";
import { decompositionFile } from "../stores/decomposition";
import { FolderSet, isSamePath } from "../text/host-path";
import { isSecretName } from "./secret-names";

type Entry = SamplerConfig | AggregatorConfig;

/** What a group's containers are given: nothing of it takes the place of what the plan gives them. */
export function checkGiven(config: ClusterConfig): ConfigProblem[] {
  const ofGroups = listEntries(config).flatMap(({ path, entry }) => [
    ...checkEnv(`${path}.env`, entry.env, LDMSD_VARIABLES),
    ...checkFiles(`${path}.files`, entry.files),
    ...checkPaths(path, entry),
  ]);
  return [...ofGroups, ...checkEnv("grafana.env", config.grafana?.env, GRAFANA_VARIABLES)];
}

/** Grafana's own are said by other keys, or by nobody: its data is in the volume, and the plan provisions it. */
const GRAFANA_VARIABLES: OwnVariables = {
  GF_SERVER_HTTP_ADDR: "set `address`",
  GF_SERVER_HTTP_PORT: "set `port`",
  GF_SERVER_PROTOCOL: "leave it out: the health check and `ldms tunnel` speak http",
  GF_PATHS_DATA: "leave it out: the data is in a volume",
  GF_PATHS_PROVISIONING: "set `dataSourcesFile` and `dashboards`",
  GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: "leave it out: the image allows the data source's plugin",
};

/** Variables that the plan sets, or that speak of what it sets, and the remedy. */
type OwnVariables = Readonly<Record<string, string>>;

const LDMSD_VARIABLES: OwnVariables = {
  COMPID: "set `componentIds`",
  COMPONENT_ID: "set `componentIds`",
  HOSTNAME: "leave it out: it is the host's name",
  LDMSD_MEM_SZ: "set `setMemory`",
};

function checkEnv(path: string, env: Entry["env"] = {}, own: OwnVariables): ConfigProblem[] {
  return Object.keys(env)
    .filter((name) => Object.hasOwn(own, name))
    .map((name) => ({ path: `${path}.${name}`, message: `belongs to the plan itself: \`${name}\``, help: own[name]! }));
}

function checkFiles(path: string, files: Entry["files"] = []): ConfigProblem[] {
  return files.flatMap(({ path: target, file, secret }, i): ConfigProblem[] => {
    const place = `${path}[${i}]`;
    if ((file === undefined) === (secret === undefined)) {
      const message = `must have one of \`file\` and \`secret\`: \`${target}\``;
      return [{ path: place, message, help: "`file` is a path beside the stack file, `secret` the name of one of the stack's secrets" }];
    }
    if (secret === undefined || !isSecretName(secret)) return [];
    return [{ path: `${place}.secret`, message: `belongs to the plan itself: \`${secret}\``, help: "give the daemon a secret of its own" }];
  });
}

/** Where every ldmsd has something of the plan's, or may have it by another `munge`. */
const OWN_PLACES = [CONF_IN_CONTAINER, "/etc/ldms/health", MUNGE_FOLDER, "/etc/munge", OVIS_SECRET_IN_CONTAINER];

function placesOfStore({ name, path, decomposition }: StoreConfig): string[] {
  return [...(path === undefined ? [] : [path]), ...(decomposition === undefined ? [] : [decompositionFile(name).containerPath])];
}

function checkPaths(path: string, entry: Entry): ConfigProblem[] {
  const stores = "stores" in entry ? entry.stores.flatMap(placesOfStore) : [];
  const places = [
    ...Object.entries(entry.mounts ?? {}).map(([hostPath, mount]) => ({
      at: `${path}.mounts.${hostPath}`,
      target: typeof mount === "string" ? mount : mount.path,
    })),
    ...(entry.files ?? []).map(({ path: target }, i) => ({ at: `${path}.files[${i}].path`, target })),
  ];
  return places.flatMap(({ at, target }, i): ConfigProblem[] => {
    const own = [...OWN_PLACES, ...stores].find((place) => new FolderSet([place]).isReachedBy(target));
    if (own !== undefined)
      return [
        { path: at, message: `conflicts with the plan's own \`${own}\`: \`${target}\``, help: "choose another path in the container" },
      ];
    const first = places.slice(0, i).find((other) => isSamePath(other.target, target));
    return first === undefined ? [] : [{ path: at, message: `is already taken by ${first.at}: \`${target}\`` }];
  });
}
