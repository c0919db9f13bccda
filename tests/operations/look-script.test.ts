import assert from "node:assert/strict";
import { parseLook, renderLookScript } from "../../operations/chain/look-script";
import { runProcess } from "../../processes/run-process";
import { withPrograms } from "./fake-programs";

const CONTAINERS = [{ container: "samp", health: "exec sh /etc/ldms/health sock 411 munge 'a b'", munge: [] }];

async function look(docker: string, containers: Parameters<typeof renderLookScript>[0] = CONTAINERS) {
  const stdin = renderLookScript(containers);
  const { stdout, code } = await withPrograms({ docker }, () => runProcess(["dash", "-s"], { timeoutSeconds: 20, stdin }));
  assert.equal(code, 0);
  return parseLook(stdout);
}

/** An engine with one container in this state. */
const engine = (state: string, others = "") => `case "$*" in inspect*) printf '${state}\\n' ;; ${others} esac`;

describe("renderLookScript", () => {
  it("tells a container that is well by its health check alone", async () => {
    const said = await look(engine("running\\t0\\tfalse\\t0\\t", '*health*) printf "first\\n1 set is fresh\\n" ;;'));
    assert.deepEqual(said?.containers.get("samp"), {
      state: "running",
      exitCode: 0,
      isOutOfMemory: false,
      restarts: 0,
      startError: "",
      health: { code: 0, words: "1 set is fresh" },
      log: [],
    });
    assert.ok(Math.abs(said!.nowSeconds - Date.now() / 1000) < 30);
  });

  it("asks one that is not healthy for its munge and its log", async () => {
    const others = `*health*) echo "listener sock:411: Connection failed/rejected."; exit 1 ;;
*munge*) echo "munge: Error: Failed to access socket" >&2; exit 6 ;;
logs*) printf "one\\n\\ntwo\\twords\\n" >&2 ;;`;
    const found = (await look(engine("running\\t0\\tfalse\\t0\\t", others)))?.containers.get("samp");
    assert.deepEqual(found?.health, { code: 1, words: "listener sock:411: Connection failed/rejected." });
    assert.equal(found?.munge, "munge: Error: Failed to access socket");
    assert.deepEqual(found?.log, ["one", "two words"]);
  });

  it("tells one that has ended, with its end and its log", async () => {
    const found = (await look(engine("exited\\t137\\ttrue\\t2\\t", "logs*) echo last ;;")))?.containers.get("samp");
    assert.deepEqual(
      [found?.state, found?.exitCode, found?.isOutOfMemory, found?.restarts, found?.log],
      ["exited", 137, true, 2, ["last"]],
    );
  });

  for (const words of ["Error: No such container: samp", 'Error: no such object: "samp"']) {
    it(`tells one that is not there: ${words}`, async () => {
      const found = await look(`echo '${words}' >&2; exit 1`);
      assert.deepEqual([found?.engineError, found?.containers.get("samp")?.state], [undefined, "missing"]);
    });
  }

  for (const words of [
    "timeout: failed to run command 'docker': No such file or directory",
    "failed to connect to the docker API at unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: no such file or directory",
    "error during connect: dial tcp: lookup engine.site: no such host",
  ]) {
    it(`takes no container for missing where no engine has said so: ${words}`, async () => {
      const found = await look(`echo ${JSON.stringify(words)} >&2; exit 1`);
      assert.deepEqual([found?.engineError, found?.containers.size], [words, 0]);
    });
  }

  it("asks an engine that does not answer nothing more", async () => {
    const found = await look(
      'echo x >>"$0.log"; [ "$(wc -l <"$0.log")" = 1 ] || exit 9; echo "Cannot connect to the Docker daemon" >&2; exit 1',
      [...CONTAINERS, { container: "other", health: "true" }],
    );
    assert.equal(found?.engineError, "Cannot connect to the Docker daemon");
    assert.equal(found?.containers.size, 0);
  });

  it("tells why an address does not answer", async () => {
    const docker = engine("running\\t0\\tfalse\\t0\\t", '*curl*) echo "curl: (7) Failed to connect" >&2; exit 7 ;;');
    const found = await look(docker, [{ container: "grafana", health: "true", url: "http://cygnus-07:80/grafana" }]);
    assert.equal(found?.containers.get("grafana")?.url, "curl: (7) Failed to connect");
  });

  it("takes nothing from an answer that was cut off", () => assert.equal(parseLook("now\t1\nstate\tsamp\trunning"), undefined));
});
