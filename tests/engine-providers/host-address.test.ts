import { deepEqual, equal, throws } from "node:assert/strict";
import { dialArgv, parseHostAddress } from "../../engine/providers/docker/host-address";

describe("parseHostAddress", () => {
  it("reads the socket of this machine", () => {
    deepEqual(parseHostAddress("unix:///var/run/docker.sock"), { kind: "unix", name: "localhost", socketPath: "/var/run/docker.sock" });
  });

  it("reads a host behind ssh", () => {
    deepEqual(parseHostAddress("ssh://root@cygnus-03:2222"), { kind: "ssh", name: "cygnus-03", user: "root", port: "2222" });
    deepEqual(parseHostAddress("ssh://cygnus-03"), { kind: "ssh", name: "cygnus-03", user: undefined, port: undefined });
  });

  for (const text of [
    "tcp://cygnus-03:2375",
    "ssh://root:secret@cygnus-03",
    "ssh://cygnus-03/run/docker.sock",
    "cygnus-03",
    "",
    "unix://relative",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      throws(() => parseHostAddress(text), /docker provider: `host` is not reachable by the embedded engine/));
  }
});

describe("dialArgv", () => {
  it("puts the site's options first, since ssh keeps the first value", () => {
    const address = parseHostAddress("ssh://root@cygnus-03:2222");
    equal(address.kind, "ssh");
    if (address.kind !== "ssh") return;
    deepEqual(dialArgv(address, ["-F", "ssh config", "-o", "ConnectTimeout=3"]), [
      ..."ssh -F".split(" "),
      "ssh config",
      ..."-o ConnectTimeout=3 -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=5 -o ServerAliveCountMax=3".split(" "),
      ..."-l root -p 2222 -T -- cygnus-03 docker system dial-stdio".split(" "),
    ]);
  });
});
