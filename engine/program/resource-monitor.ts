import { type ServerUnaryCall, type sendUnaryData, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  RegisterResourceResponse,
  Result,
  type SupportsFeatureRequest,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { messageOf } from "../../stack/engine-error";
import type { PropertyMap } from "../../stack/property-value";
import { fromWireMap, type JsonMap, toWireMap } from "../../stack/property-values";
import type { ResourceRecord } from "../../stack/resource-record";
import { type Goal, readGoal } from "../goal/goal";

/** How a registration ended, in the words of the protocol. */
export type RegistrationResult =
  | { readonly kind: "done"; readonly record: ResourceRecord }
  | { readonly kind: "failed" | "skipped"; readonly urn: string }
  /** Outside of the targets and not there: its outputs stay unknown. */
  | { readonly kind: "absent"; readonly urn: string }
  /** The run is ending; the program is told to end too. */
  | { readonly kind: "stopped" };

/** What the program's requests come down to. */
export interface ProgramRequests {
  /** Anything at all came from the program: it is alive. */
  heard(): void;
  register(goal: Goal): Promise<RegistrationResult>;
  registerOutputs(urn: string, outputs: PropertyMap): Promise<void>;
  /** A request that this engine cannot understand ends the run. */
  refuse(message: string): void;
  /** The program has come to its end without an error. */
  finished(): void;
}

// Announcing the features that this engine refuses lets it name the option in its own words; without that the SDK says "update the CLI".
const FEATURES: ReadonlySet<string> = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "deletedWith",
  "aliasSpecs",
  "transforms",
  "invokeTransforms",
  "parameterization",
  "resourceHooks",
  "errorHooks",
  "replaceWith",
]);

const REFUSED_CALLS: Readonly<Record<string, string>> = {
  invoke: "functions of a provider (`invoke`)",
  call: "methods of a provider (`call`)",
  readResource: "reading a resource that is not the stack's (`get`)",
  registerStackTransform: "stack transforms",
  registerStackInvokeTransform: "stack transforms of functions",
  registerResourceHook: "resource hooks",
  registerErrorHook: "error hooks",
  registerPackage: "parameterized packages",
};

/** The gRPC service that a Pulumi program registers its resources with. @see proto/pulumi/resource.proto */
export function makeResourceMonitor(requests: ProgramRequests): {
  readonly definition: typeof ResourceMonitorService;
  readonly handlers: UntypedServiceImplementation;
} {
  const handlers: UntypedServiceImplementation = {
    supportsFeature: answer((request: SupportsFeatureRequest) => {
      requests.heard();
      const response = new SupportsFeatureResponse();
      response.setHassupport(FEATURES.has(request.getId()));
      return Promise.resolve(response);
    }),
    registerResource: answer(async (request: RegisterResourceRequest) => {
      requests.heard();
      return toResponse(await requests.register(readOrRefuse(request, requests)));
    }),
    registerResourceOutputs: answer(async (request: RegisterResourceOutputsRequest) => {
      requests.heard();
      const outputs = (request.getOutputs()?.toJavaScript() ?? {}) as JsonMap;
      await requests.registerOutputs(request.getUrn(), fromWireMap(outputs));
      return new Empty();
    }),
    signalAndWaitForShutdown: answer(() => {
      requests.finished();
      return Promise.resolve(new Empty());
    }),
  };
  for (const [call, what] of Object.entries(REFUSED_CALLS)) {
    handlers[call] = answer(() => {
      requests.refuse(`program: the embedded engine does not know ${what}\nhelp: use the \`pulumi\` command`);
      return Promise.reject(new Refused());
    });
  }
  return { definition: ResourceMonitorService, handlers };
}

function readOrRefuse(request: RegisterResourceRequest, requests: ProgramRequests): Goal {
  try {
    return readGoal(request);
  } catch (error) {
    requests.refuse(messageOf(error));
    throw new Refused();
  }
}

/** Tells the SDK that the monitor is ending, on which it ends the program without a word: what there is to say is an event already. */
class Refused extends Error {}

function toResponse(result: RegistrationResult): RegisterResourceResponse {
  if (result.kind === "stopped") throw new Refused();
  const response = new RegisterResourceResponse();
  if (result.kind === "done") {
    const { urn, id, outputs, custom } = result.record;
    response.setUrn(urn);
    response.setId(id);
    response.setObject(Struct.fromJavaScript(toWireMap(custom ? outputs : {})));
    return response;
  }
  response.setUrn(result.urn);
  response.setObject(new Struct());
  response.setResult(result.kind === "failed" ? Result.FAIL : Result.SKIP);
  return response;
}

function answer<Q, R>(handle: (request: Q) => Promise<R>): (call: ServerUnaryCall<Q, R>, callback: sendUnaryData<R>) => void {
  return (call, callback) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback({ code: error instanceof Refused ? status.CANCELLED : status.UNKNOWN, details: messageOf(error) }),
    );
  };
}
