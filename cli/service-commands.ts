import { Argument, type Command } from "commander";
import { runHere } from "../operations/service/controller";
import type { TunnelService } from "../operations/service/tunnel";
import { EXIT } from "./exit-codes";
import { abortOnSignal, port, print, stackOption } from "./io";
import { openSite } from "./stack";

/** The verbs that talk to a running service. */
export function addServiceCommands(program: Command): void {
  program
    .command("controller <host>")
    .description("ldmsd_controller inside the host's ldmsd container, with the right xprt, port and authentication")
    .addOption(stackOption())
    .option("--container <name>", "which ldmsd, where the host has several")
    .addHelpText("after", "\nExamples:\n  ldms controller -s cygnus cygnus-05\n  echo prdcr_status | ldms controller -s cygnus cygnus-05")
    .action(async (host: string, { stack, container }: { readonly stack: string; readonly container?: string }) => {
      const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
      const command = await (await openSite(stack)).controller({ host, isTerminal, ...(container !== undefined && { container }) });
      process.exitCode = await runHere(command);
    });
  program
    .command("tunnel")
    .description("forward a free local port to Grafana or the UI over ssh; Ctrl-C closes it")
    .addArgument(new Argument("<service>").choices(["grafana", "ui"]))
    .addOption(stackOption())
    .option("--via <host>", "a login node to go through: [user@]host[:port]")
    .option("--port <number>", "the local port", port)
    .addHelpText("after", "\nExample:\n  ldms tunnel grafana -s cygnus --via login1")
    .action(runTunnel);
}

interface TunnelOptions {
  readonly stack: string;
  readonly via?: string;
  readonly port?: number;
}

async function runTunnel(service: TunnelService, { stack, via, port: localPort }: TunnelOptions): Promise<void> {
  const signal = abortOnSignal();
  const tunnel = await (await openSite(stack)).tunnel(service, {
    signal,
    ...(via !== undefined && { via }),
    ...(localPort !== undefined && { localPort }),
  });
  print(`${service}: ${tunnel.url}   (Ctrl-C closes it)`);
  process.stderr.write("every user of this machine can open the page there; only its own login keeps them out\n");
  await tunnel.ended;
  process.exitCode = EXIT.done;
}
