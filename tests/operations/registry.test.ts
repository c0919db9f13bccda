import assert from "node:assert/strict";
import { checkRegistries, type WaitingHost } from "../../operations/preflight/registry-check";
import { parseRegistryAnswers, type RegistryAnswer, renderRegistryScript } from "../../operations/preflight/registry-script";
import { RemoteCommandError } from "../../operations/reach/remote-error";
import type { RunOn } from "../../operations/reach/run-on-host";
import type { ImageName } from "../../plan/model/image";
import { runProcess } from "../../processes/run-process";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

/** Answers as engine 26.1 does, by the name asked for; ends the question where its client hangs up before the answer. */
const ENGINE = `[ "$*" = "system dial-stdio" ] || exit 9
read -r verb path version
while read -r header; do [ "$header" = "$(printf '\\r')" ] && break; done
say() { printf 'HTTP/1.0 %s\\r\\nContent-Type: application/json\\r\\n\\r\\n%s\\n' "$1" "$2"; exit 0; }
timeout 0.2 cat >/dev/null && say '500 Internal Server Error' '{"message":"context canceled"}'
case "$verb $path" in
'GET /distribution/reg:5000/x/there:1/json') say '200 OK' '{"Descriptor":{"digest":"sha256:0a"}}' ;;
*/missing:1/json) say '404 Not Found' '{"message":"manifest unknown: manifest unknown"}' ;;
*/private:1/json) say '401 Unauthorized' '{"message":"unauthorized: authentication required"}' ;;
*/busy:1/json) say '429 Too Many Requests' '{"message":"toomanyrequests"}' ;;
*reg.invalid/*) say '500 Internal Server Error' '{"message":"Get \\"https://reg.invalid/v2/\\": dial tcp: lookup reg.invalid on 127.0.0.11:53: no such host"}' ;;
*/hangs:1/json) exec sleep 60 ;;
esac`;

const SHELLS = [["dash"], ["busybox", "sh"]] as const;

for (const shell of SHELLS) {
  describe(`renderRegistryLook, run by ${shell.join(" ")}`, () => {
    before(async function () {
      const found = await runProcess([...shell, "-c", "true"], { timeoutSeconds: 5 }).catch(() => undefined);
      if (found?.code !== 0) this.skip();
    });

    const look = (references: readonly string[], docker = ENGINE) =>
      withPrograms({ docker }, async () => {
        const { stdout } = await runProcess([...shell, "-s"], { timeoutSeconds: 20, stdin: renderRegistryScript(references) });
        const byName = (a: RegistryAnswer, b: RegistryAnswer) => (a.reference < b.reference ? -1 : 1);
        return parseRegistryAnswers(stdout)
          .sort(byName)
          .map(({ reference, kind, reason }) => [reference, kind, ...(reason ? [reason] : [])]);
      });

    it("tells what is there, what is missing, who does not answer and what cannot be told, and does not wait longer than they take", async () => {
      const began = Date.now();
      const names = ["reg:5000/x/there:1", "reg:5000/x/missing:1", "reg.invalid/x/y:1", "reg:5000/x/private:1", "docker.io/x/busy:1"];
      assert.deepEqual(await look(names), [
        ["docker.io/x/busy:1", "unknown"],
        ["reg.invalid/x/y:1", "unreachable", "dial tcp: lookup reg.invalid on 127.0.0.11:53: no such host"],
        ["reg:5000/x/missing:1", "missing"],
        ["reg:5000/x/private:1", "unknown"],
        ["reg:5000/x/there:1", "there"],
      ]);
      assert(Date.now() - began < 4000, `${Date.now() - began} ms`);
    });

    it("gives up a registry that lets the engine wait, not the others", async () => {
      assert.deepEqual(await look(["reg:5000/x/hangs:1", "reg:5000/x/there:1"]), [
        ["reg:5000/x/hangs:1", "unreachable", "no answer within 8 s"],
        ["reg:5000/x/there:1", "there"],
      ]);
    }).timeout(15_000);

    it("tells nothing where the docker command does not know the way to its engine", async () => {
      assert.deepEqual(await look(["reg:5000/x/there:1"], "echo \"docker: 'system dial-stdio' is not a docker command.\" >&2; exit 1"), [
        ["reg:5000/x/there:1", "unknown"],
      ]);
    });
  });
}

describe("checkRegistries", () => {
  const MISSING = (reference: string) => `asked\t${reference}\t0\tHTTP/1.0 404 Not Found   {"message":"manifest unknown"}`;
  const LOST = (reference: string) => `asked\t${reference}\t0\tHTTP/1.0 500 Error   {"message":"dial tcp: no route to host"}`;
  const THERE = (reference: string) => `asked\t${reference}\t0\tHTTP/1.0 200 OK   {}`;
  type Say = (reference: string) => string;

  const { hosts } = sketchPlan(["cygnus-01", "cygnus-02", "cygnus-07"].map((name) => ({ name, containers: [] })));
  const waits = (index: number, ...references: readonly string[]): WaitingHost => ({
    target: hosts[index]!,
    pulls: references.map((reference) => ({ image: /ldms-[a-z]+/.exec(reference)![0] as ImageName, reference })),
  });

  /** @returns the problems' texts by host, and who was asked for what */
  async function check(waiting: readonly WaitingHost[], say: Say) {
    const asked: string[] = [];
    const run: RunOn = async ({ name }, command) => {
      assert("script" in command);
      const references = /^for reference in (.*); do/m.exec(command.script)![1]!.split(" ");
      asked.push(`${name}: ${references.join(" ")}`);
      return { stdout: `${references.map(say).join("\n")}\n`, stderr: "", code: 0 };
    };
    const found = await checkRegistries(run, waiting);
    return { asked, found: [...found].flatMap(([host, problems]) => problems.map(({ message }) => `${host}: ${message}`)) };
  }

  it("asks nobody where every engine has its images", async () => {
    assert.deepEqual(await check([waits(0), waits(1)], MISSING), { asked: [], found: [] });
  });

  it("has one host ask each registry for all that is wanted of it, each image once", async () => {
    const waiting = [
      waits(0, "ovishpc/ldms-samp:1"),
      waits(1, "ovishpc/ldms-samp:1", "rack7:5000/x/ldms-ui:1"),
      waits(2, "ovishpc/ldms-agg:1", "rack7:5000/x/ldms-ui:1"),
    ];
    const asked = ["cygnus-01: ovishpc/ldms-samp:1 ovishpc/ldms-agg:1", "cygnus-02: rack7:5000/x/ldms-ui:1"];
    assert.deepEqual(await check(waiting, THERE), { asked, found: [] });
  });

  it("tells every host that waits for an image which its registry does not have, and no other", async () => {
    const waiting = [waits(0, "ovishpc/ldms-samp:1"), waits(1, "ovishpc/ldms-ui:1"), waits(2, "ovishpc/ldms-ui:1", "ovishpc/ldms-samp:1")];
    const { found } = await check(waiting, (name) => (name.includes("ldms-ui") ? MISSING(name) : THERE(name)));
    const text = "image `ovishpc/ldms-ui:1` is not in registry `docker.io`";
    assert.deepEqual(found, [`cygnus-02: ${text}`, `cygnus-07: ${text}`]);
  });

  it("names a registry that does not answer once a host, with who asked it", async () => {
    const waiting = [waits(0, "reg:5000/x/ldms-samp:1"), waits(2, "reg:5000/x/ldms-ui:1", "reg:5000/x/ldms-agg:1")];
    const { found } = await check(waiting, LOST);
    const text = "registry `reg:5000` does not answer cygnus-01: dial tcp: no route to host";
    assert.deepEqual(found, [`cygnus-01: ${text}`, `cygnus-07: ${text}`]);
  });

  it("says what to do", async () => {
    const run: RunOn = async () => ({ stdout: MISSING("reg:5000/x/ldms-ui:1"), stderr: "", code: 0 });
    const [problem] = (await checkRegistries(run, [waits(0, "reg:5000/x/ldms-ui:1")])).get("cygnus-01")!;
    assert.equal(
      problem!.help,
      "build it with `images: { source: build }`, send it with `source: archive`, or name one that is there by `images.references.ldms-ui`",
    );
  });

  it("says of an image that a group names for itself where it is named", async () => {
    const run: RunOn = async () => ({ stdout: MISSING("reg:5000/x/ldms-agg:1"), stderr: "", code: 0 });
    const [waiting] = [waits(0, "reg:5000/x/ldms-agg:1")];
    const own = { ...waiting!, pulls: waiting!.pulls.map((pull) => ({ ...pull, image: "ldms-agg-3682451c" as const })) };
    const [problem] = (await checkRegistries(run, [own])).get("cygnus-01")!;
    assert.equal(problem!.help, "push it there, or name one that is there by the group's `image`");
  });

  it("tells nothing where the host could not be asked", async () => {
    const run: RunOn = async ({ name }) => {
      throw new RemoteCommandError(name, { kind: "timeout", seconds: 10 }, "");
    };
    assert.deepEqual(await checkRegistries(run, [waits(0, "reg:5000/x/ldms-ui:1")]), new Map([["cygnus-01", []]]));
  });
});
