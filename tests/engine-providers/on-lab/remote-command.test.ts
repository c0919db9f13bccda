import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createProvider } from "../../../engine/create-provider";
import { unwrapSecretsIn } from "../../../engine/provider/property-secrets";
import type { Provider, ProviderError } from "../../../engine/provider/provider";
import { pauseHost, resumeHost } from "../../../lab/lab";
import { LAB_FILES, PROJECT_FOLDER } from "../../../lab/names";
import type { PropertyMap } from "../../../stack/property-value";
import { needLab, SPARE_HOST } from "../../operations/on-lab/need-lab";
import { identity, SPARE_ADDRESS, spareEngine } from "./spare-host";

const TYPE = identity("command:remote:Command", "files");

const processes = () => execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");

/**
 * @returns the processes of this machine and its hosts, with the command among them
 * @throws after 30 s, for a command that runs nowhere
 */
async function untilRuns(command: string): Promise<string[]> {
  const isCommand = (line: string) => line.trim().split(" ").slice(1).join(" ") === command;
  for (const end = Date.now() + 30_000; ; await sleep(50)) {
    const shown = processes();
    if (shown.some(isCommand)) return shown;
    ok(Date.now() < end, `no \`${command}\``);
  }
}

describe("remote.Command on a lab host", function () {
  this.timeout(60_000);
  let provider: Provider;
  let connection: PropertyMap;

  before(async function () {
    await needLab.call(this);
    const line = readFileSync(LAB_FILES.knownHosts, "utf8")
      .split("\n")
      .find((candidate) => candidate.split(" ")[0]!.split(",").includes(SPARE_ADDRESS))!;
    const hostKey = line.split(" ").slice(1, 3).join(" ");
    connection = { host: SPARE_ADDRESS, privateKey: readFileSync(LAB_FILES.privateKey, "utf8").trimEnd(), hostKey, dialErrorLimit: 0 };
  });
  beforeEach(() => {
    provider = createProvider("command", ".");
  });
  afterEach(() => provider.close());

  const run = async (written: PropertyMap, changes: PropertyMap = {}) => {
    const { inputs } = await provider.check(TYPE, { connection: { ...connection, ...changes }, addPreviousOutputInEnv: false, ...written });
    return (await provider.create(TYPE, unwrapSecretsIn(inputs), false)).outputs;
  };
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: ProviderError) => error.message,
    );
  const ownSsh = () => processes().filter((line) => / ssh -/.test(line) && line.includes(`/proc/${process.pid}/`));

  it("hands input over and brings both outputs back", async () => {
    const { stdout, stderr } = await run({ create: "cat; hostname; echo warn >&2", stdin: "a 'b'\n" });
    deepEqual([stdout, stderr], [`a 'b'\n${SPARE_HOST}`, "warn"]);
  });

  it("names the host when the command fails, and keeps its input to itself", async () => {
    const error = await failureOf(run({ create: "cat > /dev/null; echo bad >&2; exit 3", stdin: "hidden" }));
    equal(error, `${SPARE_ADDRESS}: exit code 3: \`cat > /dev/null; echo bad >&2; exit 3\`\nbad`);
  });

  it("shows neither key nor input to anybody on this machine", async () => {
    // A folder of its own: tests beside this one have theirs in the usual one.
    const folder = mkdtempSync(join(tmpdir(), "ldms-test-"));
    const usual = process.env["TMPDIR"];
    process.env["TMPDIR"] = folder;
    try {
      const running = run({ create: "cat > /dev/null; sleep 2.25", stdin: "hidden-input" });
      // The host's processes are among this machine's: by then the input has been read.
      const shown = (await untilRuns("sleep 2.25")).join("\n");
      match(shown, /sleep 2\.25/);
      equal(shown.includes("hidden-input") || shown.includes("PRIVATE KEY"), false);
      const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
      deepEqual(
        found.map((entry) => [entry.name, entry.isSocket()]),
        [["ssh", true]],
      );
      await running;
    } finally {
      if (usual === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = usual;
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("keeps one connection for all commands of a host, and ends it with the provider", async () => {
    const ports = await Promise.all([1, 2, 3].map(async () => (await run({ create: 'echo "$SSH_CONNECTION"' }))["stdout"]));
    deepEqual(new Set(ports).size, 1);
    equal(ownSsh().length, 1);
    await provider.close();
    deepEqual(ownSsh(), []);
  });

  it("goes through another host", async () => {
    const proxy = { host: SPARE_ADDRESS, privateKey: connection["privateKey"]! };
    const { stdout } = await run({ create: 'echo "$SSH_CONNECTION"' }, { proxy });
    equal(String(stdout).split(" ")[0], SPARE_ADDRESS);
  });

  it("talks to no host that shows another key", async () => {
    const hostKey = readFileSync(LAB_FILES.publicKey, "utf8");
    equal(
      await failureOf(run({ create: "true" }, { hostKey })),
      `${SPARE_ADDRESS}: its ssh host key is not the one that \`hostKey\` names`,
    );
  });

  it("says that the key is not the right one", async () => {
    const { privateKey: _, ...keyless } = connection;
    connection = keyless;
    const error = await failureOf(run({ create: "true", connection: keyless }));
    match(error!, new RegExp(`^${SPARE_ADDRESS}: root@${SPARE_ADDRESS}: Permission denied`));
  });

  it("leaves no ssh behind when this process is killed, once the command under way has ended", async () => {
    const key = readFileSync(LAB_FILES.privateKey, "utf8");
    const inputs = { create: "sleep 3", connection: { host: SPARE_ADDRESS, privateKey: key } };
    const script = `require("./engine/create-provider").createProvider("command", ".").create(${JSON.stringify(TYPE)}, JSON.parse(process.env.INPUTS), false)`;
    const folder = mkdtempSync(join(tmpdir(), "ldms-test-"));
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
      cwd: PROJECT_FOLDER,
      env: { ...process.env, TMPDIR: folder, INPUTS: JSON.stringify(inputs) },
    });
    const ofChild = () => processes().filter((line) => line.includes(`/proc/${child.pid}/`));
    while (!ofChild().some((line) => line.includes("sleep 3"))) await sleep(100);
    child.kill("SIGKILL");
    for (let waits = 0; ofChild().length > 0 && waits < 80; waits++) await sleep(100);
    deepEqual(ofChild(), []);
    rmSync(folder, { recursive: true });
  });
});

describe("a lab host that freezes in the middle of a run", function () {
  this.timeout(90_000);
  before(needLab);
  // Resumed within the test already, unless that has failed.
  after(() => resumeHost(SPARE_HOST).catch(() => {}));

  it("ends both providers' calls within half a minute, by name", async () => {
    const provider = createProvider("command", ".");
    const engine = spareEngine();
    const key = readFileSync(LAB_FILES.privateKey, "utf8");
    const inputs = { create: "sleep 60.5", connection: { host: SPARE_ADDRESS, privateKey: key } };
    await engine.call("look", (api) => api.version());
    const command = provider.create(TYPE, inputs, false).catch((error: ProviderError) => error);
    await untilRuns("sleep 60.5");

    await pauseHost(SPARE_HOST);
    const began = Date.now();
    const call = engine.call("look", (api) => api.version()).catch((error: ProviderError) => error);
    const errors = (await Promise.all([command, call])) as ProviderError[];
    match(errors[0]!.message, /: the connection was lost \(Timeout, server .* not responding\.\): `sleep 60\.5`/);
    match(errors[1]!.message, /: look: Timeout, server .* not responding\.$/);
    equal(Date.now() - began < 30_000, true, `${Date.now() - began} ms`);
    deepEqual(
      errors.map((error) => [error.host, error.isOutcomeOpen]),
      [
        [SPARE_ADDRESS, true],
        [SPARE_ADDRESS, true],
      ],
    );

    await resumeHost(SPARE_HOST);
    await engine.call("look", (api) => api.version());
    equal((await provider.create(TYPE, { ...inputs, create: "true" }, false)).outputs["stdout"], "");
    await provider.close();
    engine.close();
  });
});
