import { createProvider } from "../../engine/create-provider";
import { runOperation } from "../../engine/run-operation";

/** An `up` with real commands and a policy pack, in a process of its own: `held-process.ts PROJECTFOLDER BACKENDURL PACK`; its passphrase is in the environment, as for `ldms`. */
async function main([projectFolder = "", backendUrl = "", pack = ""]: readonly string[]): Promise<void> {
  const passphrase = process.env["PULUMI_CONFIG_PASSPHRASE"];
  const result = await runOperation({
    kind: "up",
    projectFolder,
    stack: "dev",
    backendUrl,
    passphrase,
    policyPacks: [pack],
    createProvider: (name) => createProvider(name, projectFolder),
  });
  process.stdout.write(`${result.outcome} ${result.failures.map(({ message }) => message).join("\n")}\n`);
}

void main(process.argv.slice(2));
