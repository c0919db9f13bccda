import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { writeStandinTree } from "../../lab/standin/tree";
import { renderDashboard } from "../../plan/grafana/dashboard";
import { FIRST_METRICS } from "../../plan/grafana/first-metrics";
import { exampleGroups } from "../unit/example-stack";
import { needProgram } from "./both";
import { Daemons, waitFor } from "./daemons";

const STORED = ["jobid", "loadavg", "meminfo", "procstat2", "vmstat"];

/** The stand-in UI's application as a program: its dsosd is asked within the process, for a real one is found by the host's portmapper. */
const ASK_UI = `
import importlib.machinery, importlib.util, io, json, sys
prefix, store = sys.argv[1:]
sys.path.insert(0, prefix + "/ui")
loader = importlib.machinery.SourceFileLoader("dsosd", prefix + "/sbin/dsosd")
spec = importlib.util.spec_from_loader("dsosd", loader)
dsosd = importlib.util.module_from_spec(spec)
sys.argv = ["dsosd", "--version"]
try:
    loader.exec_module(dsosd)
except SystemExit:
    pass
from sosgui import settings, wsgi
settings.DSOS_ROOT, settings.ALLOWED_HOSTS = store, ["ui"]
wsgi.read_hosts = lambda path: ["here"]
wsgi.ask_all = lambda hosts, message: [dsosd.answer({}, message)]
for line in sys.stdin:
    body = line.encode()
    said = []
    environ = {"HTTP_HOST": "ui", "PATH_INFO": "/grafana/query", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    answer = b"".join(wsgi.application(environ, lambda status, headers: said.append(status)))
    print(json.dumps({"status": said[0], "answer": json.loads(answer)}))
`;

interface Target {
  readonly container: string;
  readonly schema: string;
  readonly target: string;
  readonly queryType: string;
  readonly format: string;
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly Target[];
}

/** What the data source's plugin makes of a panel's queries. @see nick-enoent/dsosds, src/datasource.ts */
function requestOf(panel: Panel): object {
  return {
    range: { from: new Date(Date.now() - 60_000).toISOString(), to: new Date(Date.now() + 1000).toISOString() },
    interval: "15s",
    intervalMs: 15_000,
    maxDataPoints: 400,
    targets: panel.targets!.map(({ queryType, ...target }) => ({ ...target, query_type: queryType, filters: null, extra_params: null })),
  };
}

describe("the dashboard of the plan", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ldms-dashboard-"));
  let daemons: Daemons;
  before(function () {
    needProgram(this, ["/usr/bin/python3", "--version"], "/usr/bin/python3");
    writeStandinTree(folder);
    daemons = new Daemons(folder);
  });
  after(() => {
    daemons?.end();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("has only queries that the UI answers with rows, one a panel", async () => {
    const plugins = STORED.map((name) => ({ name, interval: "500ms" }));
    const stores = STORED.map((name) => ({ name, plugin: "store_sos", schema: name, container: "c", path: "/store", hostPath: "/store" }));
    const groups = exampleGroups({
      samplers: [{ hosts: "cygnus-[01-04]", plugins }],
      aggregators: [{ name: "agg", level: 1, hosts: "cygnus-05", interval: "1s", stores, dsosd: true }],
      ...{ maestro: undefined, ui: undefined, grafana: undefined },
    });
    const { panels } = JSON.parse(renderDashboard("lab", groups)!) as { readonly panels: readonly Panel[] };
    assert.equal(panels.length, STORED.flatMap((name) => FIRST_METRICS[name]!).length);
    await storeRows();
    const requests = panels.map((panel) => JSON.stringify(requestOf(panel)));
    const answers = daemons
      .run("/usr/bin/python3", ["-c", ASK_UI, folder, path.join(folder, "store")], `${requests.join("\n")}\n`)
      .out.trim()
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map(
        (line) => JSON.parse(line) as { readonly status: string; readonly answer: readonly { readonly datapoints: readonly number[][] }[] },
      );
    assert.deepEqual(
      answers.map(({ status, answer }, i) => [
        panels[i]!.title,
        status,
        panels[i]!.targets?.length,
        typeof answer[0]?.datapoints.at(-1)?.[0],
      ]),
      panels.map(({ title }) => [title, "200 OK", 1, "number"]),
    );
  });

  /** By the stand-ins' sampler and aggregator. */
  async function storeRows(): Promise<void> {
    const sampled = STORED.flatMap((name) => [
      `load name=${name}`,
      `config name=${name} producer=n1 instance=n1/${name} component_id=7`,
      `start name=${name} interval=500ms offset=0`,
    ]);
    const source = await daemons.ready(await daemons.start(["-c", daemons.write("s.conf", ...sampled)]));
    const stored = STORED.flatMap((name) => [
      `strgp_add name=${name} plugin=store_sos container=c schema=${name} flush=1s`,
      `strgp_start name=${name}`,
    ]);
    fs.mkdirSync(path.join(folder, "store"));
    await daemons.start([
      "-c",
      daemons.write(
        "a.conf",
        "load name=store_sos",
        `config name=store_sos path=${folder}/store`,
        ...stored,
        `prdcr_add name=n1 xprt=sock host=localhost port=${source.port} type=active reconnect=1s`,
        ...["prdcr_start name=n1", "updtr_add name=u interval=500ms offset=100ms", "updtr_prdcr_add name=u regex=.*", "updtr_start name=u"],
      ),
    ]);
    const filesOf = (name: string) => {
      const place = path.join(folder, "store/c");
      return fs.existsSync(place) ? fs.readdirSync(place).filter((file) => file.startsWith(`${name}-`)) : [];
    };
    await waitFor("rows of every schema", 20, () => STORED.every((name) => filesOf(name).length > 0));
  }
});
