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
  const { images, aggregators } = config;
  if (!planSteps(config).some(({ name }) => name === "ovis")) return [];
  const ovis = images.sources?.ovis;
  const build = {
    options: ovis?.options ?? SOURCE_DEFAULTS.ovis.options,
    libraries: OWN_DEV_LIBRARIES,
    isReleased: ovis?.repo === undefined && /^v4\.[0-5]\.[0-3]$/.test(ovis?.branch ?? SOURCE_DEFAULTS.ovis.branch),
  };
  const loaded = [
    ...listPlugins(config, listStarted(config))
      .filter(({ path }) => isBuilt(config, path))
      .map(({ path, entry }) => ({ path: `${path}.name`, name: entry.name })),
    ...aggregators.flatMap(({ stores }, i) =>
      stores
        .map(({ plugin }, j) => ({ path: `aggregators[${i}].stores[${j}].plugin`, name: plugin }))
        .filter(({ path }) => isBuilt(config, path)),
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
function isBuilt({ images }: ClusterConfig, path: string): boolean {
  return images.references[imageAt(path)] === undefined;
}
