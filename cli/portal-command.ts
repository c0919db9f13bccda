import type { Command } from "commander";
import type { ServingOptions } from "../portal/server/check-serving";
import { collect } from "./io";

interface PortalOptions extends ServingOptions {
  readonly stack: readonly string[];
}

/** A page for people, in front of one project's stacks. */
export function addPortalCommand(program: Command): void {
  program
    .command("portal")
    .description("serve a page with the stacks' state, previews and deployments; Ctrl-C ends it")
    .option("-s, --stack <name>", "the stack; may be repeated (default: all of this folder)", collect, [])
    .option("--listen <address:port>", "where it listens (default: 127.0.0.1:8080); other machines only with TLS or --behind-proxy")
    .option("--socket <path>", "listen at a unix socket instead, for you alone")
    .option("--tls-cert <file>", "certificate and its chain, PEM")
    .option("--tls-key <file>", "the certificate's key, PEM")
    .option("--behind-proxy", "a proxy in front speaks TLS with the browsers")
    .option("--host <name>", "a name by which the page is reached; may be repeated", collect, [])
    .option("--user-header <name>", "the proxy says in this header who it is; nobody signs in here then")
    .option("--trusted-proxy <address>", "the proxy's address: the header counts from there alone")
    .option("--access <file>", "who may do what: users, and `viewer` or `operator` a stack")
    .option("--read-only", "everybody may look, and nobody changes anything")
    .addHelpText("after", EXAMPLES)
    .action(async (options: PortalOptions) => {
      const { runPortal } = require("./run-portal") as typeof import("./run-portal");
      await runPortal(options);
    });
}

const EXAMPLES = `
Examples:
  ldms portal -s lab
  ldms portal --socket /run/user/1000/ldms.sock     and at home: ssh -L 8080:/run/user/1000/ldms.sock admin1
  ldms portal --socket /run/ldms/portal.sock --behind-proxy --host ldms.example.org --user-header X-Remote-User --access access.yaml`;
