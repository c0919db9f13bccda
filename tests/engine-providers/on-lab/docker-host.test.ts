import { deepEqual, equal, match, notEqual, rejects } from "node:assert/strict";
import type { Provider, ResourceState } from "../../../engine/provider/provider";
import type { CreateBody } from "../../../engine/providers/docker/container-property";
import { createBodyOf } from "../../../engine/providers/docker/container-state";
import type { DockerHost } from "../../../engine/providers/docker/docker-host";
import type { PropertyMap } from "../../../stack/property-value";
import { needLab } from "../../operations/on-lab/need-lab";
import { ALL_INPUTS, CONTAINER_EXAMPLES } from "../container-examples";
import {
  CONTAINER_TYPE,
  make,
  pushTestImage,
  REMOTE_IMAGE_TYPE,
  SPARE_ADDRESS,
  spareEngine,
  spareProvider,
  VOLUME_TYPE,
} from "./spare-host";

const NAME = "ldms-provider-test";
/** The lab's hosts have no GPU, and their engines refuse a container that asks for one: of that input only the body that is sent is tested. */
const { gpus: _gpus, ...LAB_INPUTS } = ALL_INPUTS;
const { gpus: _example, ...LAB_EXAMPLES } = CONTAINER_EXAMPLES;

describe("the docker provider on a lab host", function () {
  this.timeout(60_000);
  let provider: Provider;
  let engine: DockerHost;
  let image: ResourceState;

  before(async function () {
    this.timeout(300_000);
    await needLab.call(this);
    provider = await spareProvider();
    engine = spareEngine();
    const { repoDigest } = await pushTestImage();
    image = await make(provider, REMOTE_IMAGE_TYPE, { name: repoDigest!, keepLocally: true });
  });
  afterEach(() => (engine === undefined ? undefined : removeByHand()));
  after(async () => {
    if (image !== undefined) await engine.call("clean up", (api) => api.getImage(image.id).remove({ force: true })).catch(() => {});
    await provider?.close();
    engine?.close();
  });

  const removeByHand = async () => {
    await engine.call("clean up", (api) => api.getContainer(NAME).remove({ force: true, v: true })).catch(() => {});
    // Docker makes the volume that an example mounts.
    await engine.call("clean up", (api) => api.getVolume(NAME).remove({ force: true })).catch(() => {});
  };
  const inspect = () => engine.call("look", (api) => api.getContainer(NAME).inspect());
  const imageId = () => image.outputs["imageId"]!;
  const labels = (spec: string) => [
    { label: "ldms.stack", value: "test" },
    { label: "ldms.spec", value: spec },
  ];
  const small = (changes: PropertyMap = {}): PropertyMap => ({
    name: NAME,
    image: imageId(),
    command: ["sleep", "1000"],
    networkMode: "host",
    labels: labels("1"),
    destroyGraceSeconds: 0,
    ...changes,
  });
  const makeByHand = (inputs: PropertyMap, tamper: (body: CreateBody) => void = () => {}) => {
    const { HostConfig, ...Config } = structuredClone(createBodyOf(inputs));
    const body = { Config, HostConfig: HostConfig as Record<string, unknown> };
    tamper(body);
    return engine.call("make by hand", (api) => api.createContainer({ name: NAME, ...body.Config, HostConfig: body.HostConfig }));
  };
  const startByHand = () => engine.call("start by hand", (api) => api.getContainer(NAME).start());

  it("pulls an image by the digest that the push has given", async () => {
    match(String(image.outputs["repoDigest"]), /^198\.18\.0\.5:5000\/ldms-test\/provider@sha256:[0-9a-f]{64}$/);
    equal(image.id, `${imageId()}${image.inputs["name"]}`);
    deepEqual(await provider.read(image), image);
  });

  it("names the host and the image when there is nothing to pull", () =>
    rejects(
      make(provider, REMOTE_IMAGE_TYPE, { name: "198.18.0.5:5000/no/such:1", keepLocally: true }),
      new RegExp(`^[^:]+: ${SPARE_ADDRESS}: pull \`198\\.18\\.0\\.5:5000/no/such:1\`: `),
    ));

  it("finds nothing to change in a container with every option, right after it was made", async () => {
    const state = await make(provider, CONTAINER_TYPE, { ...LAB_INPUTS, name: NAME, image: imageId() });
    const read = await provider.read(state);
    deepEqual(read, state);
    deepEqual(await provider.diff(read!, state.inputs), { changed: false, replaceKeys: [], deleteBeforeReplace: true, detailed: {} });
  });

  for (const [property, example] of Object.entries(LAB_EXAMPLES)) {
    it(`shows exactly \`${property}\` when somebody has made the container anew with another one`, async () => {
      const state = await make(provider, CONTAINER_TYPE, { ...LAB_INPUTS, name: NAME, image: imageId() });
      await removeByHand();
      await makeByHand(state.inputs, (body) => example.tamper(body));
      await startByHand();
      const read = await provider.read(state);
      notEqual(read?.id, state.id);
      deepEqual((await provider.diff(read!, state.inputs)).detailed, example.diff);
    });
  }

  it("shows what `docker update` has changed, and mends it in place", async () => {
    const state = await make(provider, CONTAINER_TYPE, small({ restart: "unless-stopped", memory: 64 }));
    await engine.call("by hand", (api) =>
      api.getContainer(NAME).update({ RestartPolicy: { Name: "no" }, Memory: 32 << 20, MemorySwap: 64 << 20 }),
    );
    const read = (await provider.read(state))!;
    deepEqual((await provider.diff(read, state.inputs)).detailed, { memory: "update", restart: "update" });
    await provider.update(read, state.inputs);
    const mended = await provider.read(read);
    deepEqual([mended?.id, mended?.inputs], [state.id, state.inputs]);
  });

  it("raises a limit in place above what swap was sized for", async () => {
    const state = await make(provider, CONTAINER_TYPE, small({ memory: 64 }));
    equal((await provider.update(state, { ...state.inputs, memory: 256 }))["memory"], 256);
  });

  it("shows a stopped container, and starts it", async () => {
    const state = await make(provider, CONTAINER_TYPE, small());
    await engine.call("by hand", (api) => api.getContainer(NAME).kill());
    const read = (await provider.read(state))!;
    deepEqual([read.outputs["mustRun"], read.outputs["exitCode"]], [false, 137]);
    deepEqual((await provider.diff(read, state.inputs)).detailed, { mustRun: "update" });
    equal((await provider.update(read, state.inputs))["mustRun"], true);
    equal((await inspect()).State.Running, true);
  });

  it("shows another name", async () => {
    const state = await make(provider, CONTAINER_TYPE, small());
    await engine.call("by hand", (api) => api.getContainer(NAME).rename({ name: `${NAME}-2` }));
    deepEqual((await provider.diff((await provider.read(state))!, state.inputs)).detailed, { name: "update-replace" });
    await provider.delete(state);
  });

  it("finds a container gone, and deletes it all the same", async () => {
    const state = await make(provider, CONTAINER_TYPE, small());
    await provider.delete(state);
    equal(await provider.read(state), undefined);
    await provider.delete(state);
  });

  it("takes a container of the same name that is not ours for another one", async () => {
    const state = await make(provider, CONTAINER_TYPE, small());
    await removeByHand();
    await makeByHand({ ...state.inputs, labels: [] });
    equal(await provider.read(state), undefined);
  });

  it("does not take a name that is in use, and says whose it is", async () => {
    const { id } = await makeByHand(small());
    const error = await make(provider, CONTAINER_TYPE, small()).catch((reason: Error) => reason);
    const [first, help] = (error as Error).message.split("\n");
    equal(
      first,
      `${SPARE_ADDRESS}: create container \`${NAME}\`: the name is already in use: container \`${id.slice(0, 12)}\`, image \`${imageId()}\``,
    );
    equal(help, `help: \`docker rm -f ${NAME}\` on ${SPARE_ADDRESS} if nobody needs it`);
    equal((await inspect()).Id, id);
  });

  it("takes over what an interrupted create has left, and starts it", async () => {
    const { id } = await makeByHand(small());
    equal((await make(provider, CONTAINER_TYPE, small(), true)).id, id);
    equal((await inspect()).State.Running, true);
    equal((await make(provider, CONTAINER_TYPE, small(), true)).id, id);
  });

  it("replaces a leftover of our own stack that differs", async () => {
    const { id } = await makeByHand(small({ labels: labels("2") }));
    notEqual((await make(provider, CONTAINER_TYPE, small(), true)).id, id);
    equal((await inspect()).Config.Labels["ldms.spec"], "1");
  });

  it("leaves a stranger's container alone even when a create is taken up again", async () => {
    const { id } = await makeByHand(small({ labels: [{ label: "ldms.stack", value: "other" }] }));
    await rejects(make(provider, CONTAINER_TYPE, small(), true), /the name is already in use/);
    equal((await inspect()).Id, id);
  });

  it("leaves no container behind that cannot be started", async () => {
    await rejects(
      make(provider, CONTAINER_TYPE, small({ command: ["/no/such"] })),
      new RegExp(`: ${SPARE_ADDRESS}: start container \`${NAME}\`: `),
    );
    await rejects(inspect(), /No such container/);
  });

  it("gives a container the time to stop that the program names", async () => {
    const command = ["sh", "-c", "trap 'sleep 1; echo done > /data/done; exit' TERM; while :; do sleep 0.1; done"];
    const volume = await make(provider, VOLUME_TYPE, { name: NAME, labels: [{ label: "ldms.stack", value: "test" }] });
    const volumes = [{ volumeName: NAME, containerPath: "/data" }];
    const state = await make(provider, CONTAINER_TYPE, small({ command, volumes, destroyGraceSeconds: 10 }));
    await provider.delete(state);
    await makeByHand(small({ command: ["test", "-f", "/data/done"], volumes }));
    await startByHand();
    const exit = (await engine.call("wait", (api) => api.getContainer(NAME).wait())) as { readonly StatusCode: number };
    equal(exit.StatusCode, 0);
    await engine.call("clean up", (api) => api.getContainer(NAME).remove());
    await provider.delete(volume);
  });

  it("makes, reads and removes a volume", async () => {
    const state = await make(provider, VOLUME_TYPE, { name: NAME, driver: "local", labels: [{ label: "ldms.stack", value: "test" }] });
    deepEqual(await provider.read(state), state);
    equal(state.outputs["mountpoint"], `/var/lib/docker/volumes/${NAME}/_data`);
    await provider.delete(state);
    equal(await provider.read(state), undefined);
    await provider.delete(state);
  });

  it("takes its own volume over, as kept data is, and no other's", async () => {
    const mine = { name: NAME, labels: [{ label: "ldms.stack", value: "test" }] };
    const state = await make(provider, VOLUME_TYPE, mine);
    equal((await make(provider, VOLUME_TYPE, mine)).id, state.id);
    const other = { name: NAME, labels: [{ label: "ldms.stack", value: "other" }] };
    await rejects(make(provider, VOLUME_TYPE, other), /a volume of that name exists and its labels are not ours/);
    await provider.delete(state);
  });
});
