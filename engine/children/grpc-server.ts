import { promisify } from "node:util";
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { makeSocketFolder } from "../../processes/socket-folder";

/** As large as the real engine allows: 400 MB. */
export const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

export interface GrpcService {
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
}

export interface ServingEngine {
  /** `unix:/tmp/ldms-run-Xb3Zk2/engine` */
  readonly address: string;
  /** Ends at once, open calls included. */
  close(): void;
}

/** Serves on a socket that only this user reaches. */
export async function serveGrpc(services: readonly GrpcService[]): Promise<ServingEngine> {
  const server = new Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES, "grpc.max_send_message_length": MAX_MESSAGE_BYTES });
  for (const { definition, handlers } of services) server.addService(definition, handlers);
  const folder = makeSocketFolder();
  const address = `unix:${folder.socket("engine")}`;
  const close = () => {
    server.forceShutdown();
    folder.remove();
  };
  try {
    await promisify(server.bindAsync.bind(server))(address, ServerCredentials.createInsecure());
  } catch (error) {
    close();
    throw error;
  }
  return { address, close };
}
