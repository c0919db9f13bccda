import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderPlan } from "../../plan/render/render-plan";
import { examplePlan } from "../unit/example-stack";
import { runTyped, type TypedContainer } from "./typed-commands";

const README = readFileSync(join(__dirname, "../fixtures/readme/commands.txt"), "utf8");
const HOSTS = ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04", "cygnus-05", "cygnus-06", "cygnus-07"];

/** The lines after the prompt; the README's are bash. */
const typed = runTyped(README.replaceAll(/^root@cygnus-07 \$ /gm, ""), "bash", HOSTS);
const planned = runTyped(renderPlan(examplePlan()), "dash", HOSTS);

/** What the plan adds to every container: upstream leaves it to Docker's defaults. */
const ADDED_EVERYWHERE = [
  "health-cmd",
  "health-interval",
  "health-retries",
  "health-start-period",
  "health-timeout",
  "label",
  "log-driver",
  "log-opt",
  "memory",
  "restart",
  "stop-timeout",
  "ulimit",
];

/** What every ldmsd is handed: its health check, and what it is to do. */
function ownFiles(container: string): string[] {
  return ["health", "ldmsd.conf"].map((name) => `+volume /var/lib/ldms/cygnus/${container}/${name}:/etc/ldms/${name}:ro`);
}

/** Everything else that differs, by container. Files have another place on the host and are read-only. */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  samp: ["+env COMPID", "+env HOSTNAME", ...ownFiles("samp")],
  agg1: ["+env COMPID", "+env COMPONENT_ID", "+env HOSTNAME", ...ownFiles("agg1")],
  agg2: ["+env COMPID", "+env COMPONENT_ID", "+env HOSTNAME", ...ownFiles("agg2")],
  maestro: [
    "-volume /root/ldms_cfg.yaml:/etc/ldms_cfg.yaml:ro",
    "+volume /var/lib/ldms/cygnus/maestro/ldms_cfg.yaml:/etc/ldms_cfg.yaml:ro",
  ],
  ui: [
    "-volume /root/dsosd.conf:/opt/ovis/etc/dsosd.conf",
    "-volume /root/settings.py:/opt/ovis/ui/sosgui/settings.py",
    "+volume /var/lib/ldms/cygnus/ui/dsosd.conf:/opt/ovis/etc/dsosd.conf:ro",
    "+volume /var/lib/ldms/cygnus/ui/settings.py:/opt/ovis/ui/sosgui/settings.py:ro",
    "+volume /var/lib/ldms/cygnus/ui/secret_key:/opt/ovis/etc/ui_secret_key:ro",
    "+volume ldms-cygnus-ui:/var/lib/sosgui:rw",
  ],
  grafana: [
    "+volume /var/lib/ldms/cygnus/grafana/datasources.yaml:/etc/grafana/provisioning/datasources/ldms.yaml:ro",
    "+volume /var/lib/ldms/cygnus/grafana/dashboards.yaml:/etc/grafana/provisioning/dashboards/ldms.yaml:ro",
    "+volume /var/lib/ldms/cygnus/grafana/dashboard-ldms.json:/etc/ldms/dashboards/ldms.json:ro",
    "+volume ldms-cygnus-grafana:/var/lib/grafana:rw",
  ],
};

/** What stands behind the README's arguments: ldmsd's memory for sets, whose default of 512 kB holds 128, and the file that it comes back with. */
const ADDED_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  samp: ["-m", "4M", "-c", "/etc/ldms/ldmsd.conf"],
  agg1: ["-m", "64M", "-c", "/etc/ldms/ldmsd.conf"],
  agg2: ["-m", "64M", "-c", "/etc/ldms/ldmsd.conf"],
  maestro: [],
  ui: [],
  grafana: [],
};

/** `volume /store:/store:rw`; of an environment variable that only one side has, its name. */
function facts({ options }: TypedContainer, other: TypedContainer): string[] {
  const variables = (container: TypedContainer) => (container.options["env"] ?? []).map((setting) => setting.split("=", 1)[0]);
  return Object.entries(options)
    .filter(([name]) => !ADDED_EVERYWHERE.includes(name))
    .flatMap(([name, values]) => (values.length ? values.map((value) => [name, value] as const) : [[name, ""] as const]))
    .map(([name, value]) => {
      const variable = value.split("=", 1)[0]!;
      return name === "env" && !variables(other).includes(variable) ? `env ${variable}` : `${name} ${value}`;
    });
}

function differences(readme: TypedContainer, ours: TypedContainer): string[] {
  const [before, after] = [facts(readme, ours), facts(ours, readme)];
  return [
    ...before.filter((fact) => !after.includes(fact)).map((fact) => `-${fact}`),
    ...after.filter((fact) => !before.includes(fact)).map((fact) => `+${fact}`),
  ];
}

const nameOf = ({ options }: TypedContainer) => options["name"]![0]!;
const find = (containers: readonly TypedContainer[], { host, name }: { host: string; name: string }) =>
  containers.find((container) => container.host === host && nameOf(container) === name)!;

describe("the README's example commands", () => {
  it("start the same containers on the same hosts as the plan, apart from dsosd", () => {
    const places = (containers: readonly TypedContainer[]) => containers.map((container) => `${container.host} ${nameOf(container)}`);
    assert.deepEqual(
      places(planned).filter((place) => place !== "cygnus-07 dsosd"),
      places(typed),
    );
    assert.equal(typed.length, 10);
  });

  for (const readme of typed) {
    const place = { host: readme.host, name: nameOf(readme) };
    const ours = find(planned, place);

    it(`give ${place.name} on ${place.host} the options that the plan gives it`, () => {
      assert.deepEqual(differences(readme, ours), DIFFERENCES[place.name]);
    });

    it(`give ${place.name} on ${place.host} the image and arguments that the plan gives it, apart from the tag and what it adds`, () => {
      assert.deepEqual([ours.image, ...ours.argv], [`${readme.image}:4.5.3`, ...readme.argv, ...ADDED_ARGUMENTS[place.name]!]);
    });
  }

  it("give each container of the plan what the plan adds everywhere", () => {
    for (const container of planned) {
      assert.deepEqual(
        ADDED_EVERYWHERE.filter((name) => !container.options[name]),
        [],
      );
    }
  });

  it("start dsosd inside agg2, where the plan has a container of the same image, PID namespace and store", () => {
    assert.match(README, /echo 'rpcbind ; dsosd .*' \| docker exec -i agg2 \/bin\/bash/);
    const [dsosd, agg2] = ["dsosd", "agg2"].map((name) => find(planned, { host: "cygnus-07", name }));
    assert.equal(dsosd!.image, agg2!.image);
    assert.deepEqual(dsosd!.options["pid"], ["host"]);
    assert.deepEqual(dsosd!.options["entrypoint"], ["/bin/sh"]);
    assert.match(
      dsosd!.argv.join(" "),
      /^-c if \[ -x \/usr\/local\/sbin\/ldms-dsosd \]; then exec \/usr\/local\/sbin\/ldms-dsosd; else .*exec dsosd; fi$/,
    );
    assert.ok(dsosd!.options["volume"]!.includes("/store:/store:rw"));
  });
});
