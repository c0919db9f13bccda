import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerHost } from "../../engine/providers/docker/docker-host";
import { parseHostAddress } from "../../engine/providers/docker/host-address";
import { buildImage } from "../../engine/providers/docker/image-build";

const LOG = ".ldms/logs/build-ldms-build_sos_1.log";
const say = (stream: string) => `${JSON.stringify({ stream })}\n`;

describe("the log of a build", () => {
  let folder: string;
  let server: Server;
  let host: DockerHost;
  /** Of the build under way. */
  let answer: Promise<ServerResponse>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ldms-build-log-"));
    mkdirSync(join(folder, "context"));
    writeFileSync(join(folder, "context/Dockerfile"), "FROM scratch\n");
    let onBuild: (response: ServerResponse) => void;
    answer = new Promise((resolve) => {
      onBuild = resolve;
    });
    server = createServer((request, response) => {
      request.resume();
      if (request.url?.includes("/build") !== true) response.end("OK");
      else request.on("end", () => onBuild(response));
    });
    await new Promise<void>((resolve) => server.listen(join(folder, "docker.sock"), resolve));
    host = new DockerHost(parseHostAddress(`unix://${join(folder, "docker.sock")}`), [], ".");
  });
  afterEach(() => {
    host.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  const build = () =>
    buildImage(host, "ldms-build/sos:1", { projectFolder: folder, context: "context", dockerfile: "context/Dockerfile" }, {});
  const log = () => readFileSync(join(folder, LOG), "utf8");

  async function logged(text: string): Promise<void> {
    for (const end = Date.now() + 20_000; log() !== text; await new Promise((resolve) => setTimeout(resolve, 10)))
      if (Date.now() > end) assert.equal(log(), text);
  }

  it("has each line while the build goes on, a character in two parts and a line in two parts as one", async () => {
    const built = build();
    const response = await answer;
    response.write(say("Step 1/2\n"));
    await logged("Step 1/2\n");
    const second = Buffer.from(say("größer\n"));
    response.write(second.subarray(0, 14));
    await logged("Step 1/2\n");
    response.write(second.subarray(14));
    await logged("Step 1/2\ngrößer\n");
    response.end(`${JSON.stringify({ error: "make: *** [all] Error 2" })}\n`);
    await assert.rejects(
      built,
      /build image `ldms-build\/sos:1`: make: [\s\S]*\ngrößer\nmake: \*\*\* \[all\] Error 2\nhelp: all of the log is in `\.ldms\/logs\//,
    );
  });

  it("keeps what was said where the engine goes away in the middle", async () => {
    const built = build();
    const response = await answer;
    response.write(say("compiling\n"));
    await logged("compiling\n");
    response.destroy();
    await assert.rejects(built, /build image `ldms-build\/sos:1`/);
    assert.equal(log(), "compiling\n");
  });
});
