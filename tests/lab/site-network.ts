import { docker } from "../../lab/docker-cli";
import { LAB_NETWORK } from "../../lab/names";
import { runProcess } from "../../processes/run-process";

const NAMESPACE = "ldms-site";
/** Of the lab's network, and no host's. */
const ADDRESS = "198.18.0.250/24";

/** A machine's worth of network with an address on the lab's network and no route to anything else: the admin machine of a site without internet. */
export class SiteNetwork {
  async create(): Promise<void> {
    await this.remove();
    const id = await docker(["network", "inspect", "--format", "{{.Id}}", LAB_NETWORK.name]);
    const bridge = `br-${id.trim().slice(0, 12)}`;
    await ip("netns", "add", NAMESPACE);
    await ip("link", "add", "ldms-site0", "type", "veth", "peer", "name", "eth0", "netns", NAMESPACE);
    await ip("link", "set", "ldms-site0", "master", bridge, "up");
    await this.run(["ip", "link", "set", "lo", "up"]);
    await this.run(["ip", "address", "add", ADDRESS, "dev", "eth0"]);
    await this.run(["ip", "link", "set", "eth0", "up"]);
  }

  /** The argv that runs a program there. */
  argv(program: readonly string[]): [string, ...string[]] {
    return ["ip", "netns", "exec", NAMESPACE, ...program];
  }

  async routes(): Promise<string> {
    return this.run(["ip", "route"]);
  }

  async remove(): Promise<void> {
    await runProcess(["ip", "netns", "delete", NAMESPACE], { timeoutSeconds: 10 });
    await runProcess(["ip", "link", "delete", "ldms-site0"], { timeoutSeconds: 10 });
  }

  private async run(program: readonly string[]): Promise<string> {
    return must(this.argv(program));
  }
}

function ip(...args: readonly string[]): Promise<string> {
  return must(["ip", ...args]);
}

async function must(argv: readonly [string, ...string[]]): Promise<string> {
  const { code, stdout, stderr } = await runProcess(argv, { timeoutSeconds: 10 });
  if (code !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  return stdout;
}
