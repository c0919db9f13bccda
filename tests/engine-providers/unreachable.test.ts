import { equal, match } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvider } from "../../engine/create-provider";
import { unwrapSecretsIn } from "../../engine/provider/property-secrets";
import { ProviderError } from "../../engine/provider/provider";
import { DockerHost } from "../../engine/providers/docker/docker-host";
import { parseHostAddress } from "../../engine/providers/docker/host-address";

/** A host that is frozen: it accepts connections and never says a word. */
function listenSilently(path?: string): Promise<Server> {
  const server = createServer((socket) => void socket.on("error", () => {}));

  return new Promise((resolve) =>
    path === undefined ? server.listen(0, "127.0.0.1", () => resolve(server)) : server.listen(path, () => resolve(server)),
  );
}

async function failureOf(work: Promise<unknown>): Promise<{ readonly error: ProviderError; readonly seconds: number }> {
  const began = Date.now();
  try {
    await work;
  } catch (error) {
    equal(error instanceof ProviderError, true, String(error));
    return { error: error as ProviderError, seconds: (Date.now() - began) / 1000 };
  }
  throw new Error("it succeeded");
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A port of this machine on which nothing listens. */
async function freePort(): Promise<number> {
  const server = await listenSilently();
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));

  return port;
}

describe("a Docker engine that cannot be reached", () => {
  const ping = (host: DockerHost) => failureOf(host.call("ask", (api) => api.version())).finally(() => host.close());

  it("is named with ssh's own words when nothing listens", async () => {
    const { error } = await ping(new DockerHost(parseHostAddress(`ssh://root@127.0.0.1:${await freePort()}`), ["-F", "none"], "."));
    match(error.message, /^127\.0\.0\.1: connect: ssh: connect to host 127\.0\.0\.1 port \d+: Connection refused$/);
    equal(error.host, "127.0.0.1");
    equal(error.isOutcomeOpen, true);
  });

  it("ends the attempt in time when its sshd is frozen", async () => {
    const server = await listenSilently();
    const host = new DockerHost(parseHostAddress(`ssh://root@127.0.0.1:${portOf(server)}`), ["-F", "none", "-o", "ConnectTimeout=1"], ".");
    const { error, seconds } = await ping(host);
    match(error.message, /^127\.0\.0\.1: connect: Connection timed out during banner exchange/);
    equal(seconds < 5, true);
    server.close();
  });

  it("ends the attempt in time when the engine itself is frozen", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ldms-test-"));
    const server = await listenSilently(join(folder, "docker.sock"));
    const { error } = await ping(new DockerHost(parseHostAddress(`unix://${folder}/docker.sock`), [], ".", 300));
    equal(error.message, "localhost: connect: no answer in 0.3 s\nhelp: the host or its Docker engine is frozen or overloaded");
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("is asked again by the next call", async () => {
    const host = new DockerHost(parseHostAddress("unix:///no/such.sock"), [], ".");
    for (const _ of [1, 2])
      match((await failureOf(host.call("ask", (api) => api.version()))).error.message, /^localhost: connect: connect ENOENT/);
    host.close();
  });
});

describe("a host that cannot be reached by remote.Command", () => {
  const type = { urn: "urn:pulumi:s::p::command:remote:Command::files", type: "command:remote:Command" };
  const run = async (connection: object) => {
    const provider = createProvider("command", ".");
    const { inputs } = await provider.check(type, { create: "true", connection: { host: "127.0.0.1", ...connection } });
    return failureOf(provider.create(type, unwrapSecretsIn(inputs), false)).finally(() => provider.close());
  };

  it("is tried as often as the program says, and named with ssh's own words", async () => {
    const { error } = await run({ port: await freePort(), dialErrorLimit: 2 });
    match(error.message, /^127\.0\.0\.1: ssh: connect to host 127\.0\.0\.1 port \d+: Connection refused \(3 attempts\)$/);
    equal(error.host, "127.0.0.1");
  });

  it("does not hold the run up when it is frozen", async () => {
    const server = await listenSilently();
    const { error, seconds } = await run({ port: portOf(server), dialErrorLimit: 0, perDialTimeout: 1 });
    match(error.message, /^127\.0\.0\.1: Connection timed out during banner exchange/);
    equal(seconds < 5, true);
    server.close();
  });

  it("is given up at once when its name does not resolve", async () => {
    const { error } = await run({ host: "no-such-host.invalid" });
    match(error.message, /^no-such-host\.invalid: ssh: Could not resolve hostname/);
  });
});
