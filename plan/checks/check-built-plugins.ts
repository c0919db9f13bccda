import { planSteps } from "../builds/build-steps";
import { SOURCE_DEFAULTS } from "../builds/source-defaults";
import type { ClusterConfig } from "../config/config";
import { listPlugins, listStarted } from "../config/entries";
import { imageAt } from "../images/group-image";
import { OWN_DEV_LIBRARIES } from "../images/published-build";
import { lackOf } from "../plugins/made-by";
import type { ConfigProblem } from "../problems/errors";

/** Plugins that an ovis which is built from its sources will not have: the daemon would end by the first of them. */
export function checkBuiltPlugins(config: ClusterConfig): ConfigProblem[] {
  const { images } = config;
  if (!planSteps(config).some(({ name }) => name === "ovis")) return [];
  const ovis = images.sources?.ovis;
  const build = {
    options: ovis?.options ?? SOURCE_DEFAULTS.ovis.options,
    libraries: OWN_DEV_LIBRARIES,
    isReleased: ovis?.repo === undefined && /^v4\.[0-5]\.[0-3]$/.test(ovis?.branch ?? SOURCE_DEFAULTS.ovis.branch),
  };
  const built = listStarted(config).filter(({ path, entry }) => isBuilt(config, path, entry.image));
  const loaded = [
    ...listPlugins(config, built).map(({ path, entry }) => ({ path: `${path}.name`, name: entry.name })),
    ...built.flatMap(({ path, entry }) =>
      "stores" in entry ? entry.stores.map(({ plugin }, i) => ({ path: `${path}.stores[${i}].plugin`, name: plugin })) : [],
    ),
  ];
  return loaded.flatMap(({ path, name }) => {
    const reason = lackOf(name, build);
    return reason === undefined
      ? []
      : [
          {
            path,
            message: `is not in the ovis that is built: \`${name}\``,
            help: `${reason}; \`images: { sources: { ovis: { options } } }\``,
          },
        ];
  });
}

/** An image that is named as a whole is not built. */
function isBuilt({ images }: ClusterConfig, path: string, own: string | undefined): boolean {
  return own === undefined && images.references[imageAt(path)] === undefined;
}
