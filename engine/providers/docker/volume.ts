import { setTimeout as sleep } from "node:timers/promises";
import type { VolumeInspectInfo } from "dockerode";
import type { PropertyMap, PropertyValue } from "../../../stack/property-value";
import { diffInputs, type KeyOf } from "../../provider/property-diff";
import { ProviderError } from "../../provider/provider";
import { checkInputs, type Fields } from "../../provider/shape";
import { textOf } from "../../provider/values";
import { alignElements } from "./container-lists";
import { labelsOf } from "./container-state";
import { type DockerHost, hasStatus } from "./docker-host";
import { rawStateDelta, terraformMeta } from "./raw-state";
import type { ResourceKind } from "./resource-kind";

const TYPE = "docker:index/volume:Volume";

/** How long a volume may still be in use by a container that is going away; as the real provider has it. */
const IN_USE_TIMEOUT_MS = 30_000;
const IN_USE_POLL_MS = 1000;

const FIELDS: Fields = {
  name: { shape: "string", isRequired: true },
  driver: { shape: "string" },
  labels: { shape: { list: { fields: { label: { shape: "string", isRequired: true }, value: { shape: "string", isRequired: true } } } } },
};

const byLabel: KeyOf = (element) => String((element as PropertyMap)["label"]);

export const VOLUME: ResourceKind = {
  check: async (inputs) => checkInputs(TYPE, inputs, FIELDS, true),

  diff: (old, newInputs) =>
    diffInputs(old.inputs, newInputs, {
      keyOf: (path) => (path === "labels" ? byLabel : undefined),
      replaces: () => true,
      deleteBeforeReplace: false,
    }),

  async create(host, inputs) {
    const name = String(inputs["name"]);
    const what = `create volume \`${name}\``;
    const body = { Name: name, Labels: labelsOf(inputs), Driver: textOf(inputs["driver"]) ?? "local" };
    await host.call(what, (api, abortSignal) => api.createVolume({ ...body, abortSignal }));
    const volume = await inspectVolume(host, name, what);
    // Docker answers with the volume that was there before. One with other labels holds somebody else's data, which a later destroy would remove.
    if (volume === undefined || Object.entries(body.Labels).some(([label, value]) => volume.Labels?.[label] !== value)) {
      throw new ProviderError(
        `${host.name}: ${what}: a volume of that name exists and its labels are not ours\nhelp: \`docker volume inspect ${name}\``,
        host.name,
      );
    }

    return { id: name, outputs: outputsOf(volume) };
  },

  async read(host, old) {
    const volume = await inspectVolume(host, old.id, `inspect volume \`${old.id}\``);

    return volume === undefined ? undefined : { ...old, inputs: inputsFrom(volume, old.inputs), outputs: outputsOf(volume) };
  },

  async update(_host, old) {
    throw new ProviderError(`volume \`${old.id}\`: Docker can change nothing on a volume`);
  },

  async delete(host, old) {
    const deadline = Date.now() + IN_USE_TIMEOUT_MS;
    for (;;) {
      try {
        await host.call(`remove volume \`${old.id}\``, (api, abortSignal) => api.getVolume(old.id).remove({ force: true, abortSignal }));
        return;
      } catch (error) {
        if (hasStatus(error, 404)) return;
        if (!hasStatus(error, 409) || Date.now() > deadline) throw error;
      }
      await sleep(IN_USE_POLL_MS);
    }
  },
};

async function inspectVolume(host: DockerHost, name: string, what: string): Promise<VolumeInspectInfo | undefined> {
  try {
    return await host.call(what, (api, abortSignal) => api.getVolume(name).inspect({ abortSignal }));
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

function inputsFrom(volume: VolumeInspectInfo, inputs: PropertyMap): PropertyMap {
  const labels = Object.entries(volume.Labels ?? {}).map(([label, value]) => ({ label, value }));

  return {
    ...inputs,
    ...(inputs["driver"] !== undefined && { driver: volume.Driver }),
    ...(inputs["labels"] !== undefined && { labels: alignElements(inputs["labels"] as readonly PropertyValue[], labels, byLabel) }),
  };
}

function outputsOf(volume: VolumeInspectInfo): PropertyMap {
  const outputs: PropertyMap = {
    cluster: null,
    driver: volume.Driver,
    driverOpts: volume.Options ?? null,
    id: volume.Name,
    labels: Object.entries(volume.Labels ?? {}).map(([label, value]) => ({ label, value })),
    mountpoint: volume.Mountpoint,
    name: volume.Name,
  };
  const form = { singles: { cluster: {} }, maps: ["driverOpts"], renamed: {} };

  return {
    __meta: terraformMeta({ hasTimeouts: false, schemaVersion: "1" }),
    __pulumi_raw_state_delta: rawStateDelta(outputs, form),
    ...outputs,
  };
}
