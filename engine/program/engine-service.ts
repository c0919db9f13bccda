import type { ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import {
  GetRootResourceResponse,
  type LogRequest,
  LogSeverity,
  RequirePulumiVersionResponse,
  type SetRootResourceRequest,
  SetRootResourceResponse,
} from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

export type LogLevel = "info" | "warning" | "error";

/** The gRPC service that programs and policy packs log to. Debug messages are dropped. @see proto/pulumi/engine.proto */
export function makeEngineService(onLog: (level: LogLevel, message: string, urn: string, isEphemeral: boolean) => void): {
  readonly definition: typeof EngineService;
  readonly handlers: UntypedServiceImplementation;
} {
  let rootUrn = "";
  const handlers: UntypedServiceImplementation = {
    log: answer((request: LogRequest) => {
      const level = levelOf(request.getSeverity());
      if (level !== undefined) onLog(level, request.getMessage().trimEnd(), request.getUrn(), request.getEphemeral());
      return new Empty();
    }),
    getRootResource: answer(() => {
      const response = new GetRootResourceResponse();
      response.setUrn(rootUrn);
      return response;
    }),
    setRootResource: answer((request: SetRootResourceRequest) => {
      rootUrn = request.getUrn();
      return new SetRootResourceResponse();
    }),
    requirePulumiVersion: answer(() => new RequirePulumiVersionResponse()),
    startDebugging: answer(() => new Empty()),
  };
  return { definition: EngineService, handlers };
}

function levelOf(severity: LogSeverity): LogLevel | undefined {
  if (severity === LogSeverity.ERROR) return "error";
  if (severity === LogSeverity.WARNING) return "warning";
  return severity === LogSeverity.INFO ? "info" : undefined;
}

function answer<Q, R>(handle: (request: Q) => R): (call: ServerUnaryCall<Q, R>, callback: sendUnaryData<R>) => void {
  return (call, callback) => callback(null, handle(call.request));
}
