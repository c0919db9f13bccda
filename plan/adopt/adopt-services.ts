import { GRAFANA_DATA, GRAFANA_INI } from "../grafana/grafana";
import type { Unsaid } from "../ldms-import/source-site";
import { GRAFANA_PORT, UI_PORT } from "../rules/listeners";
import { readMap } from "../text/read-value";
import { mayHoldSecret } from "../text/secret-words";
import { isAnyAddress } from "../ui/ui";
import { parseYaml } from "../yaml/yaml";
import { withoutSecretArguments, withoutSecretVariables } from "./adopt-secrets";
import type { HandMade } from "./hand-made";
import { groupArguments, pairArguments } from "./run-words";

type Values = Readonly<Record<string, unknown>>;

/** A file that is to lie beside the stack file. */
export interface BesideFile {
  readonly name: string;
  readonly text: string;
}

export interface AdoptedServices {
  readonly config: Values;
  readonly files: readonly BesideFile[];
}

const UI_DATA = "/var/lib/sosgui";

/** The keys `maestro`, `ui` and `grafana`. */
export function adoptServices(found: readonly HandMade[], unsaid: Unsaid): AdoptedServices {
  const [maestro, ui, grafana] = (["maestro", "ui", "grafana"] as const).map((role) => firstOf(found, role, unsaid));
  const ini = grafana && readIni(grafana, unsaid);
  if (ui) tellKept(ui, UI_DATA, "accounts of the UI's users", unsaid);
  if (grafana) tellKept(grafana, GRAFANA_DATA, "dashboards and users of Grafana", unsaid);
  return {
    config: {
      ...(maestro && { maestro: { host: maestro.host, ...grammarOf(maestro) } }),
      ...(ui && { ui: { host: ui.host, ...webOf(ui, unsaid) } }),
      ...(grafana && { grafana: { host: grafana.host, ...grafanaOf(grafana, unsaid), ...(ini && { configFile: ini.name }) } }),
    },
    files: ini ? [ini] : [],
  };
}

function firstOf(found: readonly HandMade[], role: HandMade["role"], unsaid: Unsaid): HandMade | undefined {
  const [first, ...others] = found.filter((one) => one.role === role);
  for (const { host, name } of others)
    unsaid.say(
      `ldms:${role}`,
      `a stack has one: \`${name}\` on \`${host}\` is left out`,
      `there, when nobody needs it: \`docker rm -f ${name}\``,
    );
  return first;
}

/** The form of the file that it has read, as far as the plan writes it. */
function grammarOf({ files }: HandMade): Values {
  const text = files.find(({ path }) => path === "/etc/ldms_cfg.yaml")?.text;
  if (text === undefined) return {};
  try {
    return Array.isArray(readMap(parseYaml(text, "python"))["stores"]) ? { grammar: "A" } : {};
  } catch {
    return {};
  }
}

/** `--http-socket=ADDR:PORT`, and what else uwsgi is told. */
function webOf({ facts }: HandMade, unsaid: Unsaid): Values {
  const [, address = "", port] =
    pairArguments(facts.argv)
      .map((words) => /^--http-socket[ =]\[?(.*?)\]?:(\d+)$/.exec(words))
      .find((match) => match !== null) ?? [];
  const own = groupArguments(facts.argv).filter(([option]) => !option!.startsWith("--http-socket"));
  const options = withoutSecretArguments(own, "ldms:ui", unsaid);
  return {
    ...(!isAnyAddress(address) && { address }),
    ...(port !== undefined && Number(port) !== UI_PORT && { port: Number(port) }),
    ...(options.length > 0 && { options }),
  };
}

function grafanaOf({ facts }: HandMade, unsaid: Unsaid): Values {
  const { GF_SERVER_HTTP_ADDR: address, GF_SERVER_HTTP_PORT: port, ...rest } = facts.env;
  const known = withoutSecretVariables(rest, "ldms:grafana.env", "set it in Grafana itself; it is kept in its data", unsaid);
  const env = Object.fromEntries(Object.entries(known).filter(([name]) => /^GF_/.test(name)));
  const options = withoutSecretArguments(groupArguments(facts.argv), "ldms:grafana", unsaid);
  return {
    ...(address !== undefined && { address }),
    ...(port !== undefined && Number(port) !== GRAFANA_PORT && { port: Number(port) }),
    ...(Object.keys(env).length > 0 && { env }),
    ...(options.length > 0 && { options }),
  };
}

function readIni({ files, host }: HandMade, unsaid: Unsaid): BesideFile | undefined {
  const ini = files.find(({ path }) => path === GRAFANA_INI);
  if (ini === undefined) return undefined;
  if (!mayHoldSecret(ini.text)) return { name: "grafana.ini", text: ini.text };
  unsaid.say(
    "ldms:grafana.configFile",
    `\`${ini.source}\` on \`${host}\` may have a password in it, and is left out`,
    "put it beside the stack file without the password, and name it by `configFile`",
  );
  return undefined;
}

/** What people made lies in the container itself, and goes with it. */
function tellKept({ facts, host, name, role }: HandMade, folder: string, what: string, unsaid: Unsaid): void {
  if (facts.mounts.some(({ target }) => target === folder)) return;
  unsaid.say(
    `ldms:${role}`,
    `${what} lie inside of the container, at \`${folder}\`: they go with it when it is made anew`,
    `on ${host}, before that: \`docker cp ${name}:${folder} .\``,
  );
}
