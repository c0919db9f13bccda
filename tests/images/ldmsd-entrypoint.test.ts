import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  buildImages,
  createVolume,
  docker,
  dockerOk,
  imageTag,
  logsOf,
  needEngine,
  putKey,
  removeAll,
  runToEnd,
  start,
  waitFor,
} from "./engine";

/** With its log, which says nothing of a daemon that listens by default. */
const LISTEN = ["-v", "INFO", "-x", "sock:14110:127.0.0.1"];
const READY = /Listening on sock:14110 using `sock` transport and `(munge|none)` authentication/;

const ready = (id: string) => waitFor("ldmsd is ready", 15, () => READY.test(logsOf(id)));

/** Waits for the end of a started container. */
function endOf(id: string): { code: string; log: string } {
  return { code: dockerOk("wait", id), log: logsOf(id) };
}

describe("entrypoint of ldms-samp and ldms-agg", function () {
  this.timeout(300_000);
  const key = randomBytes(1024);
  before(function () {
    needEngine(this);
    buildImages("ldms-samp", "ldms-agg");
  });
  after(removeAll);

  describe("arguments", () => {
    it("refuses to start without `-x`", () => {
      const { code, err } = runToEnd([], "ldms-samp", "-v", "INFO");
      assert.equal(code, 1);
      assert.equal(
        err,
        "ldms: `-x` is missing: ldmsd would listen on nothing\nhelp: add it after the image's name: `-x XPRT:PORT`, such as `-x sock:411`\n",
      );
    });

    it("passes every argument on as it is", () => {
      const argv = ["-x", "sock:14110:127.0.0.1", "-n", "a  b*", "--log_level=nonsense"];
      const { code, out } = runToEnd(["--workdir", "/"], "ldms-samp", ...argv);
      assert.equal(code, 22);
      assert.match(out, /^Executing command: ldmsd -F -x sock:14110:127\.0\.0\.1 -n a\\ \\ b\\\* --log_level=nonsense\n/);
      // ldmsd itself complains, so it got the value unsplit.
      assert.match(out, /Unrecognized log level 'nonsense'/);
    });

    // What bash would split, expand or drop, were it not quoted.
    const ARGUMENTS = ["", "a b", "*", "$HOME", "`id`", "it's", 'say "x"', "two\nlines", "-", "ü"];

    for (const image of ["ldms-samp", "ldms-agg"] as const) {
      it(`${image} hands ldmsd its arguments one by one`, () => {
        const script = `mkdir /tmp/bin; printf '#!/bin/sh\\nprintf "%%s\\\\0" "$@"\\n' >/tmp/bin/ldmsd; chmod +x /tmp/bin/ldmsd; PATH=/tmp/bin:$PATH exec /usr/local/lib/ldms/ldmsd-entrypoint "$@" 2>&1`;
        const { code, out, err } = runToEnd(["--entrypoint", "bash"], image, "-c", script, "bash", ...LISTEN, ...ARGUMENTS);
        assert.equal(code, 0, err);
        const given = out.slice(out.lastIndexOf("-F\0")).split("\0");
        assert.deepEqual(given, ["-F", ...LISTEN, ...ARGUMENTS, ""]);
      });
    }

    it("answers `-V` without a listener, and says that it is a stand-in", () => {
      const { code, out } = runToEnd([], "ldms-agg", "-V");
      assert.equal(code, 0);
      assert.match(out, /^ldmsd 4\.5\.3-standin: a stand-in/);
    });

    it("ends with the daemon's error for a transport that is not there", () => {
      const { code, out } = runToEnd([], "ldms-samp", "-x", "rdma:411");
      assert.equal(code, 7);
      assert.match(out, /'rdma' transport creation with auth 'none' failed, error: ENOENT/);
    });
  });

  describe("munge", () => {
    for (const argv of [["-a", "munge"], ["-amunge"], ["--default_auth=munge"], ["--default_auth", "munge"]]) {
      it(`needs a socket or a key for \`${argv.join(" ")}\`, and names both binds`, () => {
        const { code, err } = runToEnd([], "ldms-samp", ...LISTEN, ...argv);
        assert.equal(code, 1);
        assert.equal(
          err,
          "ldms: munge has neither the host's socket nor a key\nhelp: bind one of them: `-v /run/munge:/run/munge:ro` or `-v KEY:/etc/munge/munge.key:ro` (KEY owned by 101:101, mode 0600)\n",
        );
      });
    }

    it("takes no part where the word is only a value of another option", async () => {
      const id = start([], "ldms-samp", [...LISTEN, "-n", "munge"]);
      await ready(id);
      assert.doesNotMatch(logsOf(id), /Munge/);
    });

    it("does not take an empty /run/munge for the host's", () => {
      const { code, err } = runToEnd(["--tmpfs", "/run/munge"], "ldms-samp", ...LISTEN, "-a", "munge");
      assert.equal(code, 1);
      assert.match(err, /neither the host's socket nor a key/);
    });

    it("starts munged with a key, answers with munge only, and does so again after a kill", async () => {
      const id = start([], "ldms-samp", [...LISTEN, "-a", "munge"], key);
      for (let run = 0; run < 2; run++) {
        await waitFor("ldmsd is ready", 15, () => logsOf(id).match(new RegExp(READY, "g"))?.length === run + 1);
        assert.match(logsOf(id), /Munge check OK\nExecuting command: ldmsd -F -v INFO -x sock:14110:127\.0\.0\.1 -a munge\n/);
        assert.equal(docker(["exec", id, "ldms_ls", "-p", "14110", "-h", "127.0.0.1", "-a", "munge"]).code, 0);
        const refused = docker(["exec", id, "ldms_ls", "-p", "14110", "-h", "127.0.0.1"]);
        assert.deepEqual([refused.code, refused.out], [1, "Connection failed/rejected.\n"]);
        dockerOk("kill", id);
        dockerOk("start", id);
      }
    });

    it("uses the socket of another munged and starts none", async () => {
      const volume = createVolume("ldms-test-run-munge");
      const host = start(["--volume", `${volume}:/run/munge`], "ldms-samp", [...LISTEN, "-a", "munge"], key);
      await ready(host);
      const id = start(["--volume", `${volume}:/run/munge:ro`], "ldms-agg", [...LISTEN, "-a", "munge"]);
      await ready(id);
      assert.match(logsOf(id), /Munge check OK/);
      assert.doesNotMatch(dockerOk("exec", id, "ps", "-eo", "comm"), /munged/);
    });

    it("uses the socket that `-A socket=` names", async () => {
      const volume = createVolume("ldms-test-other-munge");
      const host = start(["--volume", `${volume}:/run/munge`], "ldms-samp", [...LISTEN, "-a", "munge"], key);
      await ready(host);
      const socket = ["-A", "socket=/srv/its munge/munge.socket.2"];
      const id = start(["--volume", `${volume}:/srv/its munge:ro`], "ldms-samp", [...LISTEN, "-a", "munge", ...socket]);
      await ready(id);
      assert.match(
        logsOf(id),
        /Munge check OK\nExecuting command: ldmsd -F -v INFO -x sock:14110:127\.0\.0\.1 -a munge -A socket=\/srv\/its\\ munge/,
      );
      assert.equal(docker(["exec", id, "/usr/local/lib/ldms/ldmsd-health"]).code, 0);
    });

    it("names the socket of `-A socket=` that is not there, whatever key it has", () => {
      const id = start([], "ldms-samp", [...LISTEN, "--default_auth=munge", "-A", "socket=/run/other/munge.socket.2"], key);
      assert.deepEqual(endOf(id), {
        code: "1",
        log: "ldms: munge has no socket at `/run/other/munge.socket.2`\nhelp: bind the folder of the host's socket, or leave `-A socket=` out\n",
      });
    });

    it("refuses a socket that nobody answers", () => {
      const dead = "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"/run/munge/munge.socket.2\")'";
      const script = `mkdir -p /run/munge && ${dead} && exec /usr/local/lib/ldms/ldmsd-entrypoint "$@"`;
      const { code, err } = runToEnd(["--entrypoint", "bash"], "ldms-agg", "-c", script, "bash", ...LISTEN, "-a", "munge");
      assert.equal(code, 1);
      assert.match(err, /^Munge check failed\nldms: munge cannot make and read a credential at `\/run\/munge\/munge.socket.2`: /);
    });

    it("refuses a key of zeros", () => {
      const id = start([], "ldms-samp", [...LISTEN, "-a", "munge"], Buffer.alloc(1024));
      assert.deepEqual(endOf(id), {
        code: "1",
        log: "ldms: the munge key is all zeros\nhelp: make one: `dd if=/dev/urandom of=KEY bs=1024 count=1`\n",
      });
    });

    for (const [owner, mode, said] of [
      [0, 0o640, "0:0 640"],
      [101, 0o644, "101:101 644"],
    ] as const) {
      it(`refuses a key of \`${said}\``, () => {
        const id = dockerOk("create", "--label", "ldms.test=images", imageTag("ldms-samp"), ...LISTEN, "-a", "munge");
        putKey(id, key, owner, mode);
        dockerOk("start", id);
        assert.deepEqual(endOf(id), {
          code: "1",
          log: `ldms: the munge key must be owned by 101:101 with mode 0600: \`${said}\`\nhelp: on the host: \`chown 101:101 KEY && chmod 0600 KEY\`\n`,
        });
      });
    }
  });

  it("takes a key as a host has it, of its own munge's user, and for a port that asks otherwise too", async () => {
    for (const [owner, mode, auth] of [
      [496, 0o400, "munge"],
      [0, 0o600, "none"],
    ] as const) {
      const id = dockerOk("create", "--label", "ldms.test=images", imageTag("ldms-samp"), ...LISTEN, "-a", auth);
      putKey(id, key, owner, mode);
      dockerOk("start", id);
      await ready(id);
      assert.match(logsOf(id), /^Munge check OK\n/);
      assert.equal(dockerOk("exec", id, "stat", "-c", "%u:%g %a", "/dev/shm/munge.key"), "101:101 400");
    }
  });

  it("has a health check that asks the daemon with its own transport, port and authentication", async () => {
    const id = start([], "ldms-samp", [...LISTEN, "-a", "munge"], key);
    await ready(id);
    const check = ["exec", id, "/usr/local/lib/ldms/ldmsd-health"];
    assert.equal(docker(check).code, 0);
    assert.deepEqual(dockerOk("exec", id, "cat", "/run/ldms/ldms_ls.args").split("\0"), [
      "-h",
      "127.0.0.1",
      "-x",
      "sock",
      "-p",
      "14110",
      "-a",
      "munge",
      "",
    ]);
    dockerOk("exec", id, "pkill", "-STOP", "-x", "munged");
    assert.equal(docker(check).code, 1);
  });
});
