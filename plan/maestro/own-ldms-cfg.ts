import { z } from "zod";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import { expandHostlist, foldHosts } from "../hostlist/hostlist";
import { describeIssues, describeYamlError, type OwnFileProblem } from "../yaml/own-file-problem";
import { parseYaml } from "../yaml/yaml";
import { checkOwnSamplers } from "./own-samplers";
import { checkOwnStores } from "./own-stores";
import { pairDaemons } from "./pair-daemons";

/** Anything that maestro expands as a hostlist; ports too. */
const Names = z.union([z.string(), z.number()]).transform((names, context) => {
  try {
    return expandHostlist(String(names));
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
    return z.NEVER;
  }
});
const Auth = z.union([z.string(), z.looseObject({ name: z.string(), plugin: z.string().optional() })]);
const Endpoint = z.looseObject({ names: Names, ports: Names, xprt: z.string().default("sock"), auth: Auth, hosts: Names.optional() });
const Daemons = z.looseObject({ names: Names, hosts: Names, endpoints: z.array(Endpoint).min(1) });
/** The parts of both grammars that the plan has an opinion on. */
const LdmsCfg = z.looseObject({ daemons: z.array(Daemons).min(1) });

/** How a daemon is dialled, as one side says it. */
interface Dialled {
  readonly host: string;
  readonly port: number;
  readonly xprt: string;
  readonly auth: string;
}

/** A site's own ldms_cfg.yaml, in either grammar: the daemons it configures are those that the stack starts, and its stores lie in bound folders. */
export function checkOwnLdmsCfg(text: string, groups: readonly DaemonGroup[]): OwnFileProblem[] {
  let document: unknown;
  try {
    document = parseYaml(text, "python");
  } catch (error) {
    return describeYamlError(error);
  }
  const parsed = LdmsCfg.safeParse(document);
  if (!parsed.success) return describeIssues(parsed.error);
  return [
    ...compare(parsed.data.daemons.flatMap(listDialled), groups.flatMap(listPlanned)),
    ...checkOwnSamplers(document, groups),
    ...checkOwnStores(document, groups),
  ];
}

function listDialled({ names, hosts, endpoints }: z.output<typeof Daemons>): Dialled[] {
  return endpoints.flatMap((endpoint) => {
    const { ports, xprt, auth } = endpoint;
    const plugin = typeof auth === "string" ? auth : (auth.plugin ?? auth.name);
    return pairDaemons(names, endpoint.hosts ?? hosts, ports).map(({ host, port }) => ({ host, port, xprt, auth: plugin }));
  });
}

function listPlanned(group: DaemonGroup): Dialled[] {
  return group.interconnectNames.map((host) => ({ host, port: group.port, xprt: group.xprt, auth: authOf(group) }));
}

function compare(written: readonly Dialled[], planned: readonly Dialled[]): OwnFileProblem[] {
  const key = ({ host, port }: Dialled) => `${host}:${port}`;
  const plannedBy = new Map(planned.map((daemon) => [key(daemon), daemon]));
  const writtenBy = new Map(written.map((daemon) => [key(daemon), daemon]));
  const both = written.flatMap((daemon) => (plannedBy.has(key(daemon)) ? [{ daemon, wanted: plannedBy.get(key(daemon))! }] : []));
  return [
    ...describe(
      planned.filter((daemon) => !writtenBy.has(key(daemon))),
      ({ port }) => `has no daemon at port ${port} of`,
    ),
    ...describe(
      written.filter((daemon) => !plannedBy.has(key(daemon))),
      ({ port }) => `has daemons that the stack does not start, at port ${port} of`,
    ),
    ...differences(both, "xprt"),
    ...differences(both, "auth"),
  ];
}

function differences(both: readonly { readonly daemon: Dialled; readonly wanted: Dialled }[], field: "xprt" | "auth"): OwnFileProblem[] {
  const wrong = both.filter(({ daemon, wanted }) => daemon[field] !== wanted[field]);
  const wantedBy = new Map(wrong.map(({ daemon, wanted }) => [daemon, wanted]));
  return describe(
    wrong.map(({ daemon }) => daemon),
    (daemon) => `${field} is \`${daemon[field]}\`, in the stack \`${wantedBy.get(daemon)![field]}\`, at`,
  );
}

/** One problem for all daemons of which the same is to be said. */
function describe(daemons: readonly Dialled[], say: (daemon: Dialled) => string): OwnFileProblem[] {
  const hostsOf = new Map<string, string[]>();
  for (const daemon of daemons) {
    const text = say(daemon);
    if (!hostsOf.has(text)) hostsOf.set(text, []);
    hostsOf.get(text)!.push(daemon.host);
  }
  return [...hostsOf].map(([text, hosts]) => ({ message: `${text} \`${foldHosts(hosts)}\`` }));
}
