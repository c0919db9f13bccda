import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { parseProbe } from "../../operations/preflight/probe-output";
import { type ProbeNeeds, renderProbe } from "../../operations/preflight/probe-script";
import { renderOwnership } from "../../plan/containers/ownership";
import { runProcess } from "../../processes/run-process";
import { withPrograms } from "./fake-programs";

const ID = "a1".repeat(32);
const DOCKER = `case "$1" in
version) echo 26.1.5 ;;
ps) printf 'container\\t${ID}\\tsamp\\tlab\\trunning\\ncontainer\\t${"b2".repeat(32)}\\tother\\t\\texited\\n' ;;
esac`;
const NOTHING: ProbeNeeds = { stack: "lab", ports: [], folders: [], images: [], names: [], nonce: "n" };

/** Both shells that hosts are known to have; what the script does in others is not shown here. */
const SHELLS = [["dash"], ["busybox", "sh"]] as const;

for (const shell of SHELLS) {
  describe(`renderProbe, run by ${shell.join(" ")}`, () => {
    before(async function () {
      const found = await runProcess([...shell, "-c", "true"], { timeoutSeconds: 5 }).catch(() => undefined);
      if (found?.code !== 0) this.skip();
    });

    const ask = async (needs: Partial<ProbeNeeds>, docker = DOCKER) =>
      withPrograms({ docker }, async () => {
        const { stdout } = await runProcess([...shell, "-s"], { timeoutSeconds: 20, stdin: renderProbe({ ...NOTHING, ...needs }) });
        const facts = parseProbe(stdout);
        assert(facts, stdout);
        return facts;
      });

    it("tells the engine and its containers", async () => {
      const facts = await ask({});
      assert.equal(facts.engineVersion, "26.1.5");
      assert.deepEqual(
        facts.containers.map(({ name, stack, state }) => [name, stack, state]),
        [
          ["samp", "lab", "running"],
          ["other", "", "exited"],
        ],
      );
      assert.equal(facts.containers[0]?.id, ID);
    });

    it("tells which containers the stack has taken over", async () => {
      const owned = renderOwnership([{ id: ID, spec: "5e", name: "samp" }]);
      const { ownedIds } = await withPrograms({ docker: DOCKER }, async (folder) => {
        writeFileSync(join(folder, "owned"), owned);
        const stdin = renderProbe(NOTHING).replaceAll("/var/lib/ldms/lab@owned", join(folder, "owned"));
        return parseProbe((await runProcess([...shell, "-s"], { timeoutSeconds: 20, stdin })).stdout)!;
      });
      assert.deepEqual([ownedIds, (await ask({})).ownedIds], [[ID], undefined]);
    });

    it("knows podman by its docker, whatever that says first", async () => {
      const said = `echo "Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg." >&2
case "$1" in --version) echo podman version 5.4.2 ;; version) echo 5.4.2 ;; esac`;
      const { isPodman, engineVersion, engineError } = await ask({}, said);
      assert.deepEqual([isPodman, engineVersion, engineError], [true, "5.4.2", undefined]);
      assert.equal((await ask({})).isPodman, false);
    });

    it("tells why a login may not use the engine that root may", async () => {
      const programs = { docker: DOCKER, sudo: 'echo "permission denied: $*" >&2; exit 1' };
      const stdin = renderProbe({ ...NOTHING, engineLogin: "admin" });
      const { stdout } = await withPrograms(programs, () => runProcess([...shell, "-s"], { timeoutSeconds: 20, stdin }));
      assert.equal(parseProbe(stdout)?.loginEngineError, "permission denied: -n -u admin docker version --format x");
    });

    it("tells which of the wanted images the engine has, by their own names, and asks an engine that does not answer for none", async () => {
      const has = `${DOCKER}\n[ "$1" != image ] || [ "$3 $#" = "reg:5000/x/samp:1 3" ]`;
      const images = ["reg:5000/x/samp:1", "ovishpc/ldms-ui:4.5.3"];
      assert.deepEqual((await ask({ images }, has)).images, ["reg:5000/x/samp:1"]);
      assert.deepEqual((await ask({ images }, '[ "$1" = image ] && exit 0; exit 1')).images, []);
    });

    it("does not wait for an engine that hangs over an image", async () => {
      const hangs = `[ "$1" != image ] || exec sleep 60\n${DOCKER}`;
      const { images, engineVersion } = await ask({ images: ["a", "b"] }, hangs);
      assert.deepEqual([images, engineVersion], [[], "26.1.5"]);
    }).timeout(15_000);

    it("tells an engine that is not there in its own words, on one line", async () => {
      const { engineError, engineVersion } = await ask({}, "echo 'Cannot connect' >&2; echo 'Is it running?' >&2; exit 1");
      assert.deepEqual([engineVersion, engineError], [undefined, "Cannot connect Is it running?"]);
    });

    it("does not wait for an engine that hangs", async () => {
      const { engineError } = await ask({}, "exec sleep 60");
      assert.equal(engineError, "no answer within 4 s");
    }).timeout(15_000);

    it("tells names that do not resolve, and nothing where there is nothing to ask by", async () => {
      const names = ["localhost", "no-such.invalid", "127.0.0.1", "neither.invalid"];
      assert.deepEqual((await ask({ names })).missingNames, ["no-such.invalid", "neither.invalid"]);
      assert.deepEqual((await ask({ names: ["localhost"] })).missingNames, []);
      assert.equal((await ask({ names })).namesError, undefined);
    }).timeout(15_000);

    it("does not wait for names that hang, and keeps those that were told before", async () => {
      const hangs = { docker: DOCKER, getent: "case $2 in b) exec sleep 60 ;; a) exit 2 ;; esac" };
      const told = async (names: readonly string[]) => {
        const stdin = renderProbe({ ...NOTHING, names });
        const { stdout } = await withPrograms(hangs, () => runProcess([...shell, "-s"], { timeoutSeconds: 20, stdin }));
        const { missingNames, namesError } = parseProbe(stdout)!;
        return [missingNames, namesError];
      };
      assert.deepEqual(await told(["b", "a"]), [[], "no answer within 2 s"]);
      assert.deepEqual(await told(["a", "b"]), [["a"], undefined]);
    }).timeout(15_000);

    it("names the process that listens on a wanted port, and no other port's", async () => {
      const [wanted, other] = [await listen(), await listen()];
      const [port, otherPort] = [portOf(wanted), portOf(other)];
      const { listeners } = await ask({ ports: [port] });
      wanted.close();
      other.close();
      assert.deepEqual(
        listeners.map((listener) => [listener.port, listener.pid]),
        [[port, process.pid]],
        `not ${otherPort}`,
      );
      assert.match(listeners[0]?.program ?? "", /node/i);
    });

    it("looks for that process where ss is not there or tells nothing, and not where it tells of other ports alone", async () => {
      const server = await listen();
      const port = portOf(server);
      const heard = async (ss: string) =>
        withPrograms({ ss }, async () => {
          const stdin = renderProbe({ ...NOTHING, ports: [port, 65000] });
          const { stdout } = await runProcess([...shell, "-s"], { timeoutSeconds: 20, stdin });
          return parseProbe(stdout)!.listeners.length;
        });
      const row = (at: string) => `echo 'State  Recv-Q Send-Q Local Address:Port  Peer Address:Port'; echo 'LISTEN 0 128 ${at} 0.0.0.0:*'`;
      const found = [];
      for (const ss of ["exit 127", "exit 0", row(`[::]:${port}`), row(`*:${port}`), row(`0.0.0.0:1${port}`), row(`0.0.0.0:${port}1`)])
        found.push(await heard(ss));
      server.close();
      assert.deepEqual(found, [1, 1, 1, 1, 0, 0]);
    });

    it("tells folders that are, can be made and cannot", async () => {
      await withPrograms({}, async (folder) => {
        mkdirSync(join(folder, "is there"));
        writeFileSync(join(folder, "file"), "");
        symlinkSync("/nowhere", join(folder, "dangling"));
        const paths = ["is there", "can/be/made", "file/below", "dangling"].map((path) => join(folder, path));
        const { folders } = await ask({ folders: paths });
        assert.deepEqual(
          folders.map(({ freePercent: _, ...rest }) => rest),
          [
            { path: paths[0], state: "ok", nearest: paths[0] },
            { path: paths[1], state: "ok", nearest: folder },
            { path: paths[2], state: "not-a-folder", nearest: join(folder, "file") },
            { path: paths[3], state: "not-a-folder", nearest: paths[3] },
          ],
        );
        assert.deepEqual(readdirSync(folder).sort(), ["dangling", "file", "is there"]);
      });
    });

    it("tells how much of a folder's disk is free", async () => {
      const df =
        "echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; echo '/dev/my disk 4000000000 3900000000 50000000 99% /a place'";
      await withPrograms({ df }, async (folder) => {
        assert.equal((await ask({ folders: [folder] })).folders[0]?.freePercent, 1.3);
      });
    });

    it("asks all disks at once, and each by itself where one does not tell", async () => {
      const calls = `echo "df $*" >>"\${0%/*}/calls"`;
      const row = (used: number) => `echo '/dev/sda 100 ${used} ${100 - used} ${used}% /'`;
      const df = `${calls}\necho Filesystem\nshift\nfor place; do case $place in */a) ${row(10)} ;; */b) [ ! -e "\${0%/*}/broken" ] && ${row(20)} ;; *) ${row(30)} ;; esac; done`;
      await withPrograms({ df }, async (folder) => {
        const paths = ["a", "b", "c"].map((name) => join(folder, name));
        for (const path of paths) mkdirSync(path);
        const free = async () =>
          (await ask({ folders: [...paths, "/var/lib/ldms/lab"] })).folders.map((one) => [one.path, one.freePercent]);
        const own = ["/var/lib/ldms/lab", undefined];
        assert.deepEqual(await free(), [own, [paths[0], 90], [paths[1], 80], [paths[2], 70]]);
        assert.deepEqual(readFileSync(join(folder, "calls"), "utf8"), `df -Pk ${paths.join(" ")}\n`);
        writeFileSync(join(folder, "broken"), "");
        assert.deepEqual(await free(), [own, [paths[0], 90], [paths[1], undefined], [paths[2], 70]]);
      });
    });

    it("tells how much is free where the engine has its images, wherever that is, and nothing where it does not say", async () => {
      const info = (said: string) => `${DOCKER}\n[ "$1" != info ] || ${said}`;
      const df = "[ \"$*\" = '-Pk /data/docker' ] && printf '%s\\n' Filesystem '/dev/sdb 100000 98700 1300 99% /data'";
      const diskOf = (docker: string) =>
        withPrograms({ docker, df }, async () => {
          const { stdout } = await runProcess([...shell, "-s"], { timeoutSeconds: 20, stdin: renderProbe(NOTHING) });
          return parseProbe(stdout)!.engineDisk;
        });
      const says = (place: string) => info(`printf '26.1.5\\t%s\\n' ${place}`);
      assert.deepEqual(await diskOf(says("/data/docker")), { path: "/data/docker", freePercent: 1.3 });
      assert.equal(await diskOf(says("/elsewhere")), undefined);
      // podman's.
      assert.equal(await diskOf(info("{ echo 'template: info: no DockerRootDir' >&2; exit 125; }")), undefined);
      assert.equal(await diskOf("exit 1"), undefined);
    });

    it("asks an engine for its version and its folder at once", async () => {
      const docker = `echo "$1" >>"\${0%/*}/calls"\n[ "$1" != info ] || printf '28.0.1\\t/data/docker\\n'\n${DOCKER}`;
      await withPrograms({ docker, df: "exit 1" }, async (folder) => {
        const stdin = renderProbe({ ...NOTHING, images: ["a", "b"] });
        const { stdout } = await runProcess([...shell, "-s"], { timeoutSeconds: 20, stdin });
        const { images, containers, engineVersion, isPodman } = parseProbe(stdout)!;
        assert.deepEqual([images, containers.length, engineVersion, isPodman], [["a", "b"], 2, "28.0.1", false]);
        assert.equal(readFileSync(join(folder, "calls"), "utf8"), "info\nps\nimage\n");
      });
    });

    it("takes an engine for well that is slow to tell of its disk", async () => {
      const { engineVersion, engineError, containers, engineDisk } = await ask({}, `[ "$1" != info ] || exec sleep 60\n${DOCKER}`);
      assert.deepEqual([engineVersion, engineError, containers.length, engineDisk], ["26.1.5", undefined, 2, undefined]);
    }).timeout(15_000);

    it("asks an engine that has just answered for its containers, its folder and its images alone", async () => {
      const docker = `echo "$1" >>"\${0%/*}/calls"\n${DOCKER}`;
      await withPrograms({ docker }, async (folder) => {
        const stdin = renderProbe({ ...NOTHING, images: ["a", "b"], hasEngineAnswered: true });
        const { stdout } = await runProcess([...shell, "-s"], { timeoutSeconds: 20, stdin });
        const { images, containers, engineVersion, engineError } = parseProbe(stdout)!;
        assert.deepEqual([images, containers.length, engineVersion, engineError], [["a", "b"], 2, undefined, undefined]);
        assert.equal(readFileSync(join(folder, "calls"), "utf8"), "ps\nimage\ninfo\n");
      });
      const facts = await withPrograms({ docker: "echo 'Cannot connect' >&2; exit 1" }, async () => {
        const stdin = renderProbe({ ...NOTHING, images: ["a"], hasEngineAnswered: true });
        return parseProbe((await runProcess([...shell, "-s"], { timeoutSeconds: 20, stdin })).stdout)!;
      });
      assert.deepEqual([facts.images, facts.engineError], [[], "Cannot connect"]);
    });

    it("tells a folder on a read-only file system, though root asks", async function () {
      await withPrograms({}, async (folder) => {
        const place = join(folder, "mount");
        mkdirSync(place);
        const mounted = await runProcess(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", place], { timeoutSeconds: 5 }).catch(
          () => undefined,
        );
        if (mounted?.code !== 0) {
          process.stdout.write("      !!!! nothing can be mounted here: SKIPPED !!!!\n");
          this.skip();
        }
        try {
          const { folders } = await ask({ folders: [join(place, "below")] });
          assert.deepEqual([folders[0]?.state, folders[0]?.nearest, folders[0]?.why], ["unwritable", place, "Read-only file system"]);
        } finally {
          await runProcess(["umount", place], { timeoutSeconds: 5 });
        }
      });
    });

    it("tells of a key what is needed to judge it, equal keys alike and never a byte of it", async () => {
      await withPrograms({}, async (folder) => {
        const [key, same, zeros] = ["it's a key", "same", "zeros"].map((name) => join(folder, name)) as [string, string, string];
        for (const path of [key, same]) writeFileSync(path, `KEYTEXT${"x".repeat(40)}`);
        writeFileSync(zeros, Buffer.alloc(4096));
        for (const path of [key, same, zeros]) chmodSync(path, 0o600);
        const [one, two, three] = [
          (await ask({ keyPath: key })).key,
          (await ask({ keyPath: same })).key,
          (await ask({ keyPath: zeros })).key,
        ];
        assert.deepEqual(
          [one?.mode, one?.lengthBytes, one?.isUniform, three?.lengthBytes, three?.isUniform],
          ["600", 47, false, 4096, true],
        );
        assert.equal(one?.digest, two?.digest);
        assert.notEqual((await ask({ keyPath: key, nonce: "m" })).key?.digest, one?.digest);
        assert(!JSON.stringify(one).includes("KEYTEXT"));
        assert.equal((await ask({ keyPath: join(folder, "none") })).keyError, "missing");
      });
    });
  });
}

describe("parseProbe", () => {
  it("refuses an answer that was cut off", () => {
    assert.equal(parseProbe("arch\tx86_64\nengine\t26.1.5\n"), undefined);
  });

  it("passes over what a login script prints", () => {
    assert.equal(parseProbe("Welcome to cygnus\narch\tx86_64\nend\n")?.architecture, "x86_64");
  });
});

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  assert(typeof address === "object" && address);
  return address.port;
}
