import { runOperation } from "../../engine/run-operation";
import { FakeHost, FakeProvider } from "./fake-provider";

/** One operation in a process of its own, to be killed: `engine-process.ts KIND PROJECTFOLDER BACKENDURL HOSTFOLDER PASSPHRASE`. Prints a line at each step. */
async function main([kind, projectFolder, backendUrl, hostFolder, passphrase]: readonly string[]): Promise<void> {
  const host = new FakeHost(hostFolder ?? "");
  const result = await runOperation({
    kind: kind === "destroy" ? "destroy" : "up",
    projectFolder: projectFolder ?? "",
    stack: "dev",
    backendUrl: backendUrl ?? "",
    passphrase,
    createProvider: () => new FakeProvider(host),
    onEvent: ({ resourcePreEvent }) => {
      if (resourcePreEvent?.metadata.type === "fake:index:Thing" && resourcePreEvent.metadata.op !== "same") process.stdout.write("step\n");
    },
  });
  process.stdout.write(`${result.outcome}\n`);
}

void main(process.argv.slice(2));
