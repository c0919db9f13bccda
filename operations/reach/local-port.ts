import { createServer } from "node:net";
import { OperationError } from "../common/operation-error";

/**
 * A port of 127.0.0.1 that nobody listens on now; whoever takes it next should still be ready to lose the race.
 *
 * @param wanted 1 to 65535; absent: any
 * @throws OperationError when the wanted one is taken or not allowed
 */
export function claimLocalPort(wanted?: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(new OperationError("ldms tunnel", `local port ${wanted} cannot be used: ${error.code}`, "leave it out for a free one")),
    );
    server.listen(wanted ?? 0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : wanted;
      server.close(() => resolve(port as number));
    });
  });
}
