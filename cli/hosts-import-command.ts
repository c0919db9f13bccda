import { type Command, Option } from "commander";
import { stringify } from "yaml";
import { readForeignText } from "../operations/common/read-foreign-text";
import { NAMESPACE } from "../plan/config/namespace";
import { HOST_FORMS, type HostForm, importHosts } from "../plan/host-import/import-hosts";
import { countOf } from "../plan/text/text";
import { print, printJson } from "./io";

/** `ldms hosts import`. */
export function addHostsImportCommand(hosts: Command): void {
  hosts
    .command("import")
    .description("read a site's file of hosts and print the stack file's keys for it")
    .argument(
      "<file>",
      "genders, ClusterShell groups (YAML or local.cfg), `sinfo -N`, an Ansible inventory (INI or YAML), or a file like /etc/hosts",
    )
    .addOption(new Option("--as <form>", "what kind of file it is, where its lines do not show it").choices(HOST_FORMS))
    .option("--json", "the same as JSON")
    .addHelpText("after", "\nExamples:\n  ldms hosts import /etc/genders\n  sinfo -N >nodes && ldms hosts import nodes")
    .action(runImport);
}

function runImport(file: string, { as, json }: { readonly as?: HostForm; readonly json?: boolean }): void {
  const imported = importHosts(file, readForeignText(file, "name a file of hosts that you may read"), as);
  if (json) {
    printJson(imported);
    return;
  }
  const { title, hostCount, keys, notes } = imported;
  const comments = [`${title}: ${countOf(hostCount, "host")}`, ...notes].map((note) => `# ${note}\n`).join("");
  const config = Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${NAMESPACE}${key}`, value]));
  print(`${comments}${stringify({ config }, { lineWidth: 140, aliasDuplicateObjects: false })}`.trimEnd());
}
