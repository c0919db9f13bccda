import { deepEqual, equal } from "node:assert/strict";
import { parseConnection } from "../../engine/providers/command/command-inputs";
import { sshOptions } from "../../engine/providers/command/ssh-options";

const KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----";

function optionsFor(connection: Parameters<typeof parseConnection>[0]) {
  const kept: string[] = [];
  const argv = sshOptions(parseConnection(connection), (content) => `/proc/1/fd/${kept.push(content)}`);

  return { argv, kept };
}

const COMMON = "BatchMode=yes ConnectTimeout=15 ServerAliveInterval=5 ServerAliveCountMax=3 LogLevel=ERROR User=root Port=22".split(" ");
const ANY_HOST_KEY = "StrictHostKeyChecking=no UserKnownHostsFile=/dev/null GlobalKnownHostsFile=/dev/null".split(" ");
const flags = (options: readonly string[]) => ["-F", "none", ...options.flatMap((option) => ["-o", option])];

describe("sshOptions", () => {
  it("reads nobody's configuration and offers no key that is not given", () => {
    deepEqual(optionsFor({ host: "cygnus-03" }), { argv: flags([...COMMON, "IdentityFile=none", ...ANY_HOST_KEY]), kept: [] });
  });

  it("keeps keys out of argv and accepts the given host key alone", () => {
    const { argv, kept } = optionsFor({ host: "cygnus-03", privateKey: KEY, hostKey: "ssh-ed25519 AAAA comment here" });
    const hostKey =
      "StrictHostKeyChecking=yes UserKnownHostsFile=/proc/1/fd/2 GlobalKnownHostsFile=/dev/null HostKeyAlgorithms=ssh-ed25519 UpdateHostKeys=no";
    deepEqual(argv, flags([...COMMON, "IdentityFile=/proc/1/fd/1", "IdentitiesOnly=yes", ...hostKey.split(" ")]));
    deepEqual(kept, [`${KEY}\n`, "* ssh-ed25519 AAAA\n"]);
  });

  it("takes an agent by its socket, spaces and all", () => {
    const { argv } = optionsFor({ host: "cygnus-03", agentSocketPath: "/run/my agent" });
    equal(argv.includes("IdentityAgent=/run/my agent"), true);
  });

  it("bounds a dial that the program does not", () => {
    equal(optionsFor({ host: "cygnus-03", perDialTimeout: 0 }).argv.includes("ConnectTimeout=60"), true);
  });

  it("goes through a proxy by the same rules, quoted for the shell that ssh starts", () => {
    const { argv, kept } = optionsFor({ host: "cygnus-03", proxy: { host: "login", user: "o'hara", port: 2222, privateKey: KEY } });
    const options = [
      ...COMMON.slice(0, 5),
      "User=o'\\''hara",
      "Port=2222",
      "IdentityFile=/proc/1/fd/1",
      "IdentitiesOnly=yes",
      ...ANY_HOST_KEY,
    ];
    const line = `'ssh' '-F' 'none' ${options.map((option) => `'-o' '${option}'`).join(" ")} '-W' [%h]:%p -- 'login'`;
    equal(argv.at(-1), `ProxyCommand=${line}`);
    deepEqual(kept, [`${KEY}\n`]);
  });
});
