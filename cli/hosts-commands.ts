import type { Command } from "commander";
import { addHostsImportCommand } from "./hosts-import-command";
import { addTrustCommand } from "./trust-command";

/** `ldms hosts trust` and `ldms hosts import`. */
export function addHostsCommands(program: Command): void {
  const hosts = program.command("hosts").description("the machines of a site, and their keys");
  addTrustCommand(hosts);
  addHostsImportCommand(hosts);
}
