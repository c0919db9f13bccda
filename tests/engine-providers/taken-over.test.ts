import assert from "node:assert/strict";
import type Docker from "dockerode";
import { CONTAINER } from "../../engine/providers/docker/container";
import { DockerCallError, type DockerHost } from "../../engine/providers/docker/docker-host";
import type { PropertyMap } from "../../stack/property-value";

const ID = "1d".repeat(32);
const LABELS = [
  { label: "ldms.stack", value: "cygnus" },
  { label: "ldms.spec", value: "5e" },
];
const INPUTS: PropertyMap = { name: "samp", image: "sha256:1", labels: LABELS, restart: "unless-stopped", mustRun: true };
const IDENTITY = { urn: "urn:pulumi:s::p::docker:index/container:Container::samp", type: "docker:index/container:Container" };

/** A container that somebody typed: no label, no restart policy. */
const inspected = (state: Readonly<Record<string, unknown>> = {}) => ({
  Id: ID,
  Name: "/samp",
  Image: "sha256:1",
  Config: { Image: "ovishpc/ldms-samp", Env: [], Cmd: [], Labels: {} },
  HostConfig: { RestartPolicy: { Name: "no" } },
  State: { Running: true, ExitCode: 0, ...state },
  NetworkSettings: { Networks: {} },
});

/** An engine on which the name is taken by that container; what it is asked to do is in `calls`. */
function hostWith(found: unknown = inspected()) {
  const calls: string[] = [];
  const api = {
    createContainer: async () => {
      throw new DockerCallError("name in use", "cygnus-01", 409, undefined);
    },
    getContainer: () => ({
      inspect: async () => found,
      start: async () => calls.push("start"),
      remove: async () => calls.push("remove"),
    }),
    getImage: () => ({ inspect: async () => ({ Config: { Env: [], Labels: {} } }) }),
  };
  const host = { name: "cygnus-01", call: (_what: string, make: (api: Docker) => unknown) => make(api as unknown as Docker) };
  return { host: host as unknown as DockerHost, calls };
}

describe("a container that is taken over as it runs", () => {
  it("is neither made nor started, and is known by its id", async () => {
    const { host, calls } = hostWith();
    const { id } = await CONTAINER.create(host, INPUTS, true, ID);
    assert.deepEqual([id, calls], [ID, []]);
  });

  it("is not taken over under another id", async () => {
    const { host, calls } = hostWith();
    await assert.rejects(CONTAINER.create(host, INPUTS, true, "2d".repeat(32)), /the name is already in use: container `1d1d1d1d1d1d`/);
    assert.deepEqual(calls, []);
  });

  it("is read as what its record says, but for whether it runs", async () => {
    const { host } = hostWith();
    const state = { ...IDENTITY, inputs: INPUTS, ...(await CONTAINER.create(host, INPUTS, true, ID)) };
    const read = await CONTAINER.read(host, state);
    assert.deepEqual(read?.inputs, INPUTS);
    assert.deepEqual(read?.outputs, state.outputs);
    const stopped = await CONTAINER.read(hostWith(inspected({ Running: false })).host, state);
    assert.deepEqual(stopped?.inputs, { ...INPUTS, mustRun: false });
  });

  it("is read as what it is where another one has come into its place", async () => {
    const { host } = hostWith();
    const state = { ...IDENTITY, inputs: INPUTS, ...(await CONTAINER.create(host, INPUTS, true, ID)) };
    const read = await CONTAINER.read(hostWith({ ...inspected(), Id: "2d".repeat(32) }).host, state);
    assert.deepEqual(read?.inputs["restart"], "no");
  });
});
