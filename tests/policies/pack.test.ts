import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, Metadata } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  type AnalyzeResponse,
  type AnalyzerInfo,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { RDMA_SAMPLER } from "../../plan/rules/examples";
import { CONTAINER_TYPE } from "../../policies/resource-facts";
import { RESOURCE_POLICIES } from "../../policies/resource-policies";
import { STACK_POLICIES } from "../../policies/stack-policies";
import { containerWith } from "./inputs";

const PACK = join(__dirname, "../../policies");
const RUNNER = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
/** ts-node checks the types of the pack and of what it imports. */
const START_TIMEOUT_MS = 90_000;
const CALL_TIMEOUT_MS = 10_000;

type Call<Response> = (callback: (error: Error | null, response: Response) => void) => unknown;

function call<Response>(send: Call<Response>): Promise<Response> {
  return new Promise((resolve, reject) => send((error, response) => (error ? reject(error) : resolve(response))));
}

const soon = () => ({ deadline: Date.now() + CALL_TIMEOUT_MS });

function container(name: string, props: Record<string, JavaScriptValue>) {
  const urn = `urn:pulumi:lab::ldms::${CONTAINER_TYPE}::${name}`;
  return { type: CONTAINER_TYPE, name, urn, props: Struct.fromJavaScript(props) };
}

const { pidMode: _, ...SAMPLER } = containerWith({
  ...RDMA_SAMPLER,
  mounts: [{ source: "/run/munge", target: "/run/munge", readOnly: true }],
}).props as Record<string, JavaScriptValue>;

/**
 * Starts the pack as the engine does: the SDK's runner in the pack's folder, the engine's address and the folder as arguments, the port on stdout.
 * The address is nobody's: a pack dials the engine only to log.
 */
describe("the policy pack", function () {
  this.timeout(START_TIMEOUT_MS);
  let runner: ChildProcess;
  let client: AnalyzerClient;

  before(async () => {
    runner = spawn(process.execPath, [RUNNER, "127.0.0.1:1", PACK], { cwd: PACK, stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    runner.stderr?.on("data", (chunk) => said.push(String(chunk)));
    const ended = once(runner, "exit").then(() => assert.fail(`the pack did not start: ${said.join("")}`));
    const [port] = await Promise.race([once(createInterface({ input: runner.stdout! }), "line"), ended]);
    assert.match(port, /^[0-9]+$/);
    client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });

  after(() => {
    client?.close();
    runner?.kill();
  });

  async function analyze({ type, name, urn, props }: ReturnType<typeof container>): Promise<AnalyzeResponse.AsObject> {
    const request = new AnalyzeRequest()
      .setType(type)
      .setName(name)
      .setUrn(urn)
      .setProperties(props)
      .setOptions(new AnalyzerResourceOptions());
    return (await call<AnalyzeResponse>((callback) => client.analyze(request, new Metadata(), soon(), callback))).toObject();
  }

  it("loads, and lists the rules", async () => {
    const info = (await call<AnalyzerInfo>((callback) => client.getAnalyzerInfo(new Empty(), new Metadata(), soon(), callback))).toObject();
    assert.deepEqual([info.name, info.version], ["ldms", "0.1.0"]);
    assert.deepEqual(
      info.policiesList.map(({ name }) => name),
      [...RESOURCE_POLICIES, ...STACK_POLICIES].map(({ name }) => name),
    );
  });

  it("stops a sampler without the host's PID namespace and network", async () => {
    const { diagnosticsList } = await analyze(container("cygnus-01-samp", { ...SAMPLER, networkMode: "bridge" }));
    assert.deepEqual(
      diagnosticsList.map(({ policyname, message, enforcementlevel }) => [policyname, message.split("\n")[1], enforcementlevel]),
      [
        ["sampler-shares-host-pid", "sampler `samp` does not share the host's PID namespace: PID mode `private`", 1],
        ["host-network-for-rdma", "sampler `samp` is not on the host's network: network mode `bridge`", 1],
      ],
    );
  });

  it("lets a right sampler pass whose image is not known yet", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const { diagnosticsList } = await analyze(container("cygnus-01-samp", { ...SAMPLER, pidMode: "host", image: unknown }));
    assert.deepEqual(diagnosticsList, []);
  });

  it("sees through a secret to a key of zeros", async () => {
    const create = "cat <<'M'\n0600 101:101 /var/lib/ldms/lab/samp/munge.key 0a\nM\n";
    const stdin = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: `${Buffer.alloc(4096).toString("base64")}\n`,
    };
    const type = "command:remote:Command";
    const delivery = {
      type,
      name: "cygnus-01-files",
      urn: `urn:pulumi:lab::ldms::ldms:index:Cluster$ldms:index:Host$${type}::cygnus-01-files`,
      props: Struct.fromJavaScript({ create, stdin, connection: { host: "198.18.0.11", hostKey: "ssh-ed25519 AAAA" } }),
    };
    const { diagnosticsList } = await analyze(delivery);
    assert.deepEqual(
      diagnosticsList.map(({ policyname }) => policyname),
      ["munge-key-not-all-zero"],
    );
  });

  it("judges a stack as a whole", async () => {
    const resources = ["cygnus-01-samp", "cygnus-02-samp"].map((resourceName) => {
      const { type, name, urn, props } = container(resourceName, { ...SAMPLER, pidMode: "host" });
      return new AnalyzerResource().setType(type).setName(name).setUrn(urn).setProperties(props).setOptions(new AnalyzerResourceOptions());
    });
    const request = new AnalyzeStackRequest().setResourcesList(resources);
    const response = await call<AnalyzeResponse>((callback) => client.analyzeStack(request, new Metadata(), soon(), callback));
    assert.deepEqual(
      response.toObject().diagnosticsList.map(({ policyname, message }) => [policyname, message.split("\n")[1]]),
      [
        ["component-ids-unique", "component ids do not tell hosts apart: component id 1 on `cygnus-[01-02]`"],
        ["waivers-shown", "2 findings waived by design: no-host-network (1), no-host-pid (1)"],
      ],
    );
  });
});
