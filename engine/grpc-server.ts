import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";

/** As large as the real engine allows: 400 MB. */
export const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

export interface GrpcService {
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
}

export interface ServingEngine {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Ends at once, open calls included. */
  close(): void;
}

/** Serves on a free port of the loopback. */
export async function serveGrpc(services: readonly GrpcService[]): Promise<ServingEngine> {
  const server = new Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES, "grpc.max_send_message_length": MAX_MESSAGE_BYTES });
  for (const { definition, handlers } of services) server.addService(definition, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, boundPort) =>
      error === null ? resolve(boundPort) : reject(error),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}
