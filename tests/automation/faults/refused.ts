import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  BadInputError,
  ConfigError,
  type EngineChoice,
  HostsNotReadyError,
  LockHeldError,
  OtherEngineError,
  PassphraseError,
  PlanViolationError,
  PolicyViolationError,
  type RunOptions,
  type SiteArgs,
} from "../../../automation";
import type { DeploymentJson } from "../../../stack/deployment-json";
import { EMBEDDED_VERSION } from "../../../stack/file-backend";
import { setSecrets } from "../../../stack/stack-config";
import { FaultSite, STACK, writePack } from "./fault-site";

interface Given {
  readonly fault: string;
  readonly breaks?: (at: FaultSite) => void | Promise<void>;
  readonly open?: Partial<SiteArgs>;
  readonly options?: (at: FaultSite) => RunOptions;
  /** Absent: on both. */
  readonly engine?: EngineChoice;
}

/** Something wrong that is found before anything is changed. */
interface Refusal extends Given {
  /** @throws AssertionError for another error, or for fields that a caller could not go by */
  readonly check: (error: unknown, at: FaultSite) => void;
}

function refusal<E extends Error>(
  given: Given,
  kind: abstract new (...args: never[]) => E,
  check: (error: E, at: FaultSite) => void,
): Refusal {
  return {
    ...given,
    check: (error, at) => {
      assert.ok(error instanceof kind, `not a ${kind.name}: ${error instanceof Error ? error.stack : String(error)}`);
      assert.equal(error.name, kind.name);
      check(error, at);
    },
  };
}

const STORES = [{ name: "rows", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/dev/shm/rows" }];
const STORE_IN_MEMORY = [{ name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s", offset: "200ms", reconnect: "1s", stores: STORES }];

/** Nobody listens there. */
const NOBODY = { user: "root", address: "127.0.0.[1-8]", port: 1, connectTimeout: 2 };

const REFUSALS: readonly Refusal[] = [
  refusal(
    {
      fault: "a configuration with three mistakes",
      breaks: (at) => at.configure({ "ldms:xprt": "pigeon", "ldms:prots": {}, "ldms:tolerate": -1 }),
    },
    ConfigError,
    ({ file, problems }) => {
      assert.equal(file, `Pulumi.${STACK}.yaml`);
      assert.deepEqual(problems.map(({ path }) => path).sort(), ["ldms", "tolerate", "xprt"]);
    },
  ),
  refusal(
    { fault: "no stack file", breaks: (at) => rmSync(join(at.projectFolder, `Pulumi.${STACK}.yaml`)) },
    ConfigError,
    ({ file, problems }) => assert.deepEqual([file, problems.length], [`Pulumi.${STACK}.yaml`, 1]),
  ),
  refusal({ fault: "no project", breaks: (at) => rmSync(join(at.projectFolder, "Pulumi.yaml")) }, BadInputError, ({ message }) =>
    assert.match(message, /Pulumi\.yaml: cannot be read\nhelp: /),
  ),
  refusal(
    { fault: "a project file that is no YAML", breaks: (at) => writeFileSync(join(at.projectFolder, "Pulumi.yaml"), "name: [ldms\n") },
    ConfigError,
    ({ file, problems }) => assert.deepEqual([file, problems[0]?.path], ["Pulumi.yaml", "line 2"]),
  ),
  refusal(
    { fault: "a secret that is not set", breaks: (at) => at.configure({ "ldms:munge": { mode: "key" } }) },
    ConfigError,
    ({ problems }) => assert.match(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"), /mungeKey/),
  ),
  refusal({ fault: "no passphrase, and a secret", breaks: haveSecret, open: { passphrase: undefined } }, PassphraseError, ({ kind }) =>
    assert.equal(kind, "missing"),
  ),
  refusal({ fault: "a wrong passphrase", breaks: haveSecret, open: { passphrase: "another" } }, PassphraseError, ({ kind }) =>
    assert.equal(kind, "wrong"),
  ),
  refusal(
    { fault: "a lock that a living process holds", breaks: (at) => lock(at, process.pid, hostname()) },
    LockHeldError,
    ({ holder, path }, at) => {
      assert.deepEqual([holder?.pid, holder?.hostname, holder?.username], [process.pid, hostname(), "somebody"]);
      assert.equal(path, join(at.lockFolder, "theirs.json"));
    },
  ),
  refusal({ fault: "a lock of another machine", breaks: (at) => lock(at, 1, "login-2") }, LockHeldError, ({ holder }) =>
    assert.equal(holder?.hostname, "login-2"),
  ),
  refusal({ fault: "a state that the other engine wrote", breaks: rewriteAsOtherEngine }, OtherEngineError, ({ message }) =>
    assert.match(message, /^state: was written by .*\n.*help: /),
  ),
  refusal(
    { fault: "a state that is cut off", breaks: (at) => writeFileSync(at.statePath, readFileSync(at.statePath).subarray(0, 400)) },
    BadInputError,
    ({ message }, at) => assert.ok(message.includes(`state: \`${at.statePath}\`: is not JSON\nhelp: `), message),
  ),
  refusal(
    { fault: "hosts that are not there", breaks: (at) => at.configure({ "ldms:method": "docker", "ldms:ssh": NOBODY }) },
    HostsNotReadyError,
    ({ hosts, reasons, report }) => {
      assert.deepEqual(
        hosts.map(({ state }) => state),
        report.hosts.map(() => "dead"),
      );
      assert.ok(hosts.every(({ problems }) => problems.length === 1));
      assert.ok(reasons.length > 0);
    },
  ),
  refusal(
    { fault: "a plan that breaks a mandatory rule", breaks: (at) => at.configure({ "ldms:aggregators": STORE_IN_MEMORY }) },
    PlanViolationError,
    ({ violations }) =>
      assert.ok(violations.some(({ rule, enforcement }) => rule === "stores-not-in-memory" && enforcement === "mandatory")),
  ),
  refusal(
    {
      fault: "a policy pack's veto",
      options: (at) => ({ policyPacks: [writePack(at, 'if (args.name === "b") report("is forbidden");')] }),
    },
    PolicyViolationError,
    ({ violations }) =>
      assert.deepEqual(
        violations
          .filter(({ enforcement }) => enforcement === "mandatory")
          .map(({ policy, message, urn }) => [policy, /is forbidden/.test(message), urn.split("::").at(-1)]),
        [["nothing-new", true, "b"]],
      ),
  ),
  refusal({ fault: "a backend that is no folder", open: { backendUrl: "s3://bucket" }, engine: "embedded" }, BadInputError, ({ message }) =>
    assert.match(message, /keeps its state in files only: `s3:\/\/bucket`\nhelp: /),
  ),
];

/** What is wrong before a run begins: its error, and that nothing was changed. */
export function describeRefusals(engine: EngineChoice): void {
  describe("before anything is changed", () => {
    let at: FaultSite;
    let healthy: string;
    before(async () => {
      at = new FaultSite(engine);
      at.program(["a"]);
      await at.up();
      healthy = readFileSync(at.statePath, "utf8");
      at.program(["a", "b"]);
    });
    afterEach(() => {
      at.mend();
      rmSync(at.lockFolder, { recursive: true, force: true });
      writeFileSync(at.statePath, healthy);
    });
    after(() => at?.close());

    for (const { fault, breaks, open, options, check } of REFUSALS.filter((one) => (one.engine ?? engine) === engine)) {
      it(`says what is wrong, and changes nothing: ${fault}`, async () => {
        await breaks?.(at);
        const before = readFileSync(at.statePath, "utf8");
        const locks = at.locks;
        await assert.rejects(
          async () => (await at.open(open)).up(options?.(at)).result,
          (error) => {
            check(error, at);
            return true;
          },
        );
        assert.deepEqual([at.things, at.locks], [["a"], locks]);
        assert.equal(readFileSync(at.statePath, "utf8"), before);
      });
    }

    it("says so where `pulumi` is asked for and not there", async () => {
      const { PATH } = process.env;
      process.env["PATH"] = "/nowhere";
      try {
        await assert.rejects(at.open({ engine: "pulumi" }), /^BadInputError: engine: there is no `pulumi` on PATH\nhelp: /);
      } finally {
        process.env["PATH"] = PATH;
      }
    });

    it("goes on once what was wrong is mended", async () => {
      assert.deepEqual((await at.up()).changes, { same: 2, create: 1 });
      assert.deepEqual([at.things, at.recorded, at.locks], [["a", "b"], ["a", "b"], []]);
      assert.deepEqual((await at.up()).changes, { same: 3 });
    });

    it("goes on with the other engine's state where the caller says so", async () => {
      rewriteAsOtherEngine(at);
      const { changes } = await (await at.open()).up({ takeOver: true }).result;
      assert.equal(changes["same"], 2);
      assert.deepEqual(
        [at.things, at.recorded],
        [
          ["a", "b"],
          ["a", "b"],
        ],
      );
    });
  });
}

function haveSecret(at: FaultSite): Promise<void> {
  return setSecrets(at.location, { sshKey: "not used" });
}

function lock({ lockFolder }: FaultSite, pid: number, host: string): void {
  mkdirSync(lockFolder, { recursive: true });
  const holder = { pid, username: "somebody", hostname: host, timestamp: new Date().toISOString() };
  writeFileSync(join(lockFolder, "theirs.json"), JSON.stringify(holder));
}

function rewriteAsOtherEngine({ engine, statePath }: FaultSite): void {
  const version = engine === "embedded" ? "v3.248.0" : EMBEDDED_VERSION;
  const state = JSON.parse(readFileSync(statePath, "utf8")) as { readonly checkpoint: { readonly latest: DeploymentJson } };
  const { latest } = state.checkpoint;
  const manifest = { ...latest.manifest, version, magic: createHash("sha256").update(version).digest("hex") };
  writeFileSync(statePath, JSON.stringify({ ...state, checkpoint: { ...state.checkpoint, latest: { ...latest, manifest } } }));
}
