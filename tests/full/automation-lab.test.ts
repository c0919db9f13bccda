import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CancelledError, HostsNotReadyError, openSite, type Site, StepFailedError } from "../../automation";
import { LAB_FILES, startHost, stopHost } from "../../lab/lab";
import { waitForHost } from "../../lab/lab-hosts";
import { readStateResources } from "../../stack/stack-admin";
import { untilEvent } from "../automation/faults/fault-site";
import { containerIds, inspectAll, STACK_HOSTS } from "../lab/lab-facts";
import { LabStack, succeeded } from "../lab/lab-stack";
import { changedResources, stepLines } from "../lab/steps";
import { needLab } from "../operations/on-lab/need-lab";

const LOST = "cygnus-03";
const OTHERS = STACK_HOSTS.filter((host) => host !== LOST);

describe("openSite on the lab", function () {
  this.timeout(600_000);
  let lab: LabStack;
  let site: Site;

  before(async function () {
    await needLab.call(this);
    lab = new LabStack();
    await lab.prepare();
    site = await openSite(where());
  });
  after(() => lab?.remove());

  function where() {
    const passphrase = readFileSync(LAB_FILES.passphrase, "utf8").trim();
    return {
      folder: lab.project.path,
      stack: "lab",
      backendUrl: `file://${lab.project.stateFolder}`,
      passphrase,
      engine: "embedded",
    } as const;
  }

  /** `cygnus-03/samp`, as the state has it. */
  async function recorded(): Promise<readonly string[]> {
    const resources = await readStateResources({ ...where(), projectFolder: lab.project.path });
    const containers = resources.filter(({ type }) => type === "docker:index/container:Container");
    return containers.map(({ urn }) => (urn.split("::").at(-1) ?? "").replace(/^(cygnus-\d\d)-/, "$1/")).sort();
  }

  const found = async (hosts?: readonly string[]) => [...(await inspectAll(hosts)).keys()];

  it("ends a cancelled deployment with the state true", async () => {
    lab.touch();
    const run = site.up();
    await untilEvent(run, ({ resOutputsEvent }) => resOutputsEvent?.metadata.type === "docker:index/container:Container");
    await run.cancel();
    await assert.rejects(run.result, CancelledError);
    const there = await found();
    assert.ok(there.length > 0 && there.length < 11, there.join(" "));
    assert.deepEqual(await recorded(), there);
  });

  it("names a host that is lost in the middle, and does the rest", async () => {
    succeeded(await lab.destroy());
    lab.touch();
    const run = site.up();
    await untilEvent(run, ({ preludeEvent }) => preludeEvent !== undefined);
    await stopHost(LOST);
    const error: unknown = await run.result.catch((thrown: unknown) => thrown);
    assert.ok(error instanceof StepFailedError, String(error));
    assert.ok(error.failures.length > 0);
    for (const { urn, message } of error.failures) assert.match(`${urn} ${message}`, new RegExp(LOST));
    assert.deepEqual([(await found(OTHERS)).length, await recorded()], [10, await found(OTHERS)]);
  });

  it("changes nothing while the host is not there, and names it", async () => {
    const before = await containerIds(OTHERS);
    await assert.rejects(site.up().result, (error) => {
      assert.ok(error instanceof HostsNotReadyError, String(error));
      assert.deepEqual(
        error.hosts.map(({ host, state }) => [host, state]),
        [[LOST, "dead"]],
      );
      return true;
    });
    assert.deepEqual(await containerIds(OTHERS), before);
  });

  it("goes on once the host is back; `ldms` then sees nothing to change", async () => {
    await startHost(LOST);
    await waitForHost(LOST);
    await site.up().result;
    assert.equal((await found()).length, 11);
    assert.deepEqual(await recorded(), await found());
    assert.deepEqual((await site.preview({ refresh: true }).result).steps, []);
    const preview = succeeded(await lab.preview({}, ["--json"]));
    assert.deepEqual(stepLines(changedResources(preview.stdout, "planned")), []);
  });
});
