import { type Reach, sshWords } from "../hosts/remote-line";
import { scriptAsRoot } from "../hosts/ssh";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { FileContent, PlannedFile } from "../model/file";
import { delimiterFor, shellQuote } from "../text/shell";

/** A file that is the same on each of these hosts. */
interface FileGroup {
  readonly file: PlannedFile;
  readonly hosts: string[];
  /** A script as the login has root run it, the same on each. */
  readonly asRoot: (script: string) => string;
}

/** The lines that bring each file to its hosts, with its content where that is no secret. */
export function renderFiles(plan: DeploymentPlan, reach: Reach): string[] {
  const groups = new Map<string, FileGroup>();
  for (const host of plan.hosts) {
    for (const file of host.files) {
      const become = host.connection.kind === "ssh" ? host.connection.become : undefined;
      const key = JSON.stringify([file.path, file.mode, file.uid, file.gid, file.fingerprint, become]);
      const group = groups.get(key);
      if (group) group.hosts.push(host.name);
      else groups.set(key, { file, hosts: [host.name], asRoot: (script) => scriptAsRoot(host.connection, script) });
    }
  }
  return [...groups.values()].flatMap((group) => renderGroup(group, plan.stack, reach));
}

function renderGroup(group: FileGroup, stack: string, reach: Reach): string[] {
  const { hosts } = group;
  const [only] = hosts;
  if (hosts.length === 1) return renderDelivery(group, stack, sshWords(reach, only!));
  const calls = hosts.map((host) => shellQuote(sshWords(reach, host)));
  return [`for to in ${calls.join(" ")}; do`, ...renderDelivery(group, stack, "$to"), "done"];
}

function renderDelivery({ file, asRoot }: FileGroup, stack: string, ssh: string): string[] {
  const { content } = file;
  switch (content.kind) {
    case "text":
      return renderHereDocument(`${ssh} ${shellQuote(asRoot(receive(file, "cat")))}`, content.text);
    case "secret":
      return [`${printSecret(content, stack)} | ${ssh} ${shellQuote(asRoot(receive(file, "cat")))}`];
    case "generated":
      // Made once: another key would log every user of the service out. Without a stdin of its own, ssh would swallow the lines below it.
      return [
        `${ssh} ${shellQuote(asRoot(`[ -s ${file.path} ] || { ${receive(file, `head -c ${content.bytes} /dev/urandom | base64 | tr -d "\\n"`)}; }`))} </dev/null`,
      ];
    default:
      return content satisfies never;
  }
}

/** Beside its place with its mode and owner, then renamed. The folders stay open to the users of the containers. */
function receive({ path, mode, uid, gid }: PlannedFile, source: string): string {
  const permissions = mode.toString(8).padStart(4, "0");
  return [
    `umask 022; mkdir -p ${path.slice(0, path.lastIndexOf("/"))}`,
    `f=${path}`,
    "umask 077",
    `${source} >$f.new`,
    `chmod ${permissions} $f.new`,
    `chown ${uid}:${gid} $f.new`,
    "mv -f $f.new $f",
  ].join(" && ");
}

function printSecret({ secretName, encoding }: Extract<FileContent, { kind: "secret" }>, stack: string): string {
  const value = `ldms config get ${secretName} --show-secret --stack ${shellQuote(stack)}`;
  if (encoding === "base64") return `${value} | base64 -d`;
  return encoding === "ovis" ? `printf 'secretword=%s\\n' "$(${value} | sed s/^secretword=//)"` : `printf %s "$(${value})"`;
}

export function renderHereDocument(command: string, text: string): string[] {
  const delimiter = delimiterFor(text, "EOF");
  return [`${command} <<'${delimiter}'`, ...text.replace(/\n$/, "").split("\n"), delimiter];
}
