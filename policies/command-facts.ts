import { readGenerated } from "../plan/delivery/content-line";
import { parseManifest } from "../plan/delivery/deliver-files";
import type { CommandFacts, ConnectionFacts } from "../plan/rules/command-rules";
import { readMap, readText, readTexts } from "../plan/text/read-value";
import { SECRET_MODE } from "./resource-facts";
import { hostsOfCommand, readCommandRuns } from "./script-facts";
import { hostOf, ifKnown, readInput, type SeenResource } from "./seen-resource";

export const PROVIDER_TYPE = "pulumi:providers:docker";
const REMOTE_COMMAND_TYPE = "command:remote:Command";

/** `urn:pulumi:STACK::PROJECT::OUTER$INNER$TYPE::NAME`, which the engine makes and no component can choose. */
function readOwners(urn = ""): string[] {
  return (urn.split("::")[2] ?? "").split("$").slice(0, -1);
}

export function factsOfCommand(resource: SeenResource): CommandFacts {
  const { name, urn, props } = resource;
  const scripts = ["create", "update", "delete"].flatMap((key) => ifKnown(() => readText(readInput(props, key))) ?? []);
  const environment = Object.entries(readMap(ifKnown(() => readInput(props, "environment")))).map(
    ([variable, value]) => `${variable}=${String(value)}`,
  );
  const triggers = (ifKnown(() => readTexts(readInput(props, "triggers"))) ?? []).map(String);
  const contents = ifKnown(() => readText(readInput(props, "stdin")))?.split("\n") ?? [];
  const isSecret = parseManifest(scripts[0] ?? "").map(({ mode }) => mode === SECRET_MODE);
  return {
    host: hostOf(name, "files"),
    name,
    owners: readOwners(urn),
    unread: readCommandRuns(resource).unread,
    shown: [...scripts, ...environment, ...triggers],
    secrets: contents.filter((content, i) => isSecret[i] && readGenerated(content) === undefined),
  };
}

/** All that options say of it: a path among them may have the words in it. */
function readChecks(options: string): string[] {
  return [...options.matchAll(/StrictHostKeyChecking=([a-z-]+)/g)].map(([, value = ""]) => value);
}

const isStrict = (check: string) => check === "yes";

/** By Go's SSH client, which takes one key, or by the `ssh` binary, which takes options: the provider's, or those of a batch to its hosts. */
export function factsOfConnection(resource: SeenResource): ConnectionFacts[] {
  const { type, name, props } = resource;
  if (type === PROVIDER_TYPE) {
    if (!readText(readInput(props, "host"))?.startsWith("ssh://")) return [];
    // A provider's lists arrive as JSON.
    const checks = readChecks(JSON.stringify(readInput(props, "sshOpts") ?? ""));
    return [{ host: name, isPinned: checks.length > 0 && checks.every(isStrict) }];
  }
  const isPinned = readText(readMap(readInput(props, "connection"))["hostKey"]) !== undefined;
  const own = type === REMOTE_COMMAND_TYPE ? [{ host: hostOf(name, "files"), isPinned }] : [];
  const checks = readChecks(ifKnown(() => readText(readInput(props, "create"))) ?? "");
  if (checks.length === 0) return own;
  return [...own, ...hostsOfCommand(resource).map((host) => ({ host, isPinned: checks.every(isStrict) }))];
}
