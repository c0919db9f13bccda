import type { ClusterConfig } from "../config/config";
import type { ConfigProblem } from "../problems/errors";

/** What is asked of daemons that the stack starts, and what of those that run already. */
export function checkExternal({ samplers }: ClusterConfig): ConfigProblem[] {
  return samplers.flatMap(({ external, name, plugins, options, setMemory, munge, ...entry }, i) => {
    const path = `samplers[${i}]`;
    if (!external) return plugins.length ? [] : [{ path: `${path}.plugins`, message: "must have at least one plugin: []" }];
    const { env, mounts, files, devices, gpus, image, memory } = entry;
    const ofContainers = { env, mounts, files, devices, gpus, image, memory };
    const useless = { setMemory, munge, options: options.length > 0 ? options : undefined, ...ofContainers };
    return [
      ...(name === undefined ? [{ path: `${path}.name`, message: "is missing: daemons with `external: true` are known by it" }] : []),
      ...Object.entries(useless).flatMap(([key, value]) =>
        value === undefined
          ? []
          : [
              {
                path: `${path}.${key}`,
                message: "has no effect: the stack does not start daemons with `external: true`",
                help: "leave it out",
              },
            ],
      ),
    ];
  });
}
