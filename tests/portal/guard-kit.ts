import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSite } from "../../automation";
import type { SignedIn } from "../../portal/api";
import { HANDLERS } from "../../portal/server/handlers";
import { FaultSite } from "../automation/faults/fault-site";
import { Browser, PortalKit } from "./portal-kit";

/** Of `dev` anna is an operator and ben a viewer; of `prod` carla is an operator, and nobody else anything. */
const ACCESS = `users:
  anna: { dev: operator }
  ben: { dev: viewer }
  carla: { prod: operator }
`;

/** A portal of two stacks with three users, which tells which of its handlers were entered. */
export class GuardKit {
  readonly at = new FaultSite("embedded");
  readonly entered: string[] = [];
  kit!: PortalKit;
  nobody!: Browser;
  viewer!: Browser;
  operator!: Browser;
  private restore: () => void = () => undefined;

  static async open(): Promise<GuardKit> {
    const guard = new GuardKit();
    const { at } = guard;
    at.program(["a"]);
    const { projectFolder: folder, ...where } = at.location;
    writeFileSync(join(folder, "Pulumi.prod.yaml"), readFileSync(join(folder, "Pulumi.dev.yaml")));
    writeFileSync(guard.accessPath, ACCESS);
    const sites = [await at.open(), await openSite({ ...where, folder, stack: "prod", engine: "embedded" })];
    guard.kit = await PortalKit.open(sites, { access: guard.accessPath });
    guard.nobody = new Browser(guard.kit.origin);
    guard.viewer = await guard.signIn("ben");
    guard.operator = await guard.signIn("anna");
    guard.watchHandlers();
    return guard;
  }

  get accessPath(): string {
    return join(this.at.folder, "access.yaml");
  }

  async signIn(user: string): Promise<Browser> {
    const { json } = await this.nobody.post<SignedIn>("/api/session", { code: this.kit.codeOf(user) });
    return new Browser(this.kit.origin, json.session);
  }

  /** What may not change by a request that is refused. */
  get marks(): string {
    const { projectFolder } = this.at;
    const file = readFileSync(join(projectFolder, "Pulumi.dev.yaml"), "utf8");
    const { mtimeMs } = statSync(join(projectFolder, "Pulumi.dev.yaml"));
    return JSON.stringify([file, mtimeMs, this.at.things, this.at.deployment, this.at.locks]);
  }

  async close(): Promise<void> {
    this.restore();
    await this.kit.close();
    this.at.close();
  }

  private watchHandlers(): void {
    const handlers = HANDLERS as unknown as Record<string, (asked: unknown) => unknown>;
    const before = { ...handlers };
    for (const [route, handler] of Object.entries(before)) {
      handlers[route] = (asked) => {
        this.entered.push(route);
        return handler(asked);
      };
    }
    this.restore = () => Object.assign(handlers, before);
  }
}
