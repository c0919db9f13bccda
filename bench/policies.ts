import {
  AnalyzeRequest,
  type AnalyzeResponse,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { parseClusterConfig } from "../plan/checks/parse";
import { planDeployment } from "../plan/plan";
import { RESOURCE_POLICIES } from "../policies/resource-policies";
import { STACK_POLICIES } from "../policies/stack-policies";
import { unpackOnce } from "../policies/unpack-once";
import { cpuMs } from "./measure-hostlists";
import { KEY_FACTS, type RegisteredResource, registeredResources } from "./registered-resources";
import { stackOfSize } from "./stack-of-size";

/** A container and its host's delivery each. */
const HOSTS = 2_000;
const LIMIT_MS = 5_000;

/** CPU milliseconds of every policy on every resource of one stack, and of the policies on the stack as a whole. */
export interface PolicyCase {
  readonly resources: number;
  readonly resourceMs: readonly number[];
  readonly stackMs: readonly number[];
  readonly isGood: boolean;
}

type Handler<Request> = (
  call: { readonly request: Request },
  answer: (error: Error | undefined, response: AnalyzeResponse) => void,
) => void;
type MakeHandler<Request> = (pack: string, version: string, level: string, policies: readonly object[]) => Handler<Request>;

/** What a pack's process answers an engine with; the SDK has no types of it. */
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = require("@pulumi/policy/server") as {
  readonly makeAnalyzeRpcFun: MakeHandler<AnalyzeRequest>;
  readonly makeAnalyzeStackRpcFun: MakeHandler<AnalyzeStackRequest>;
};

/** All that the pack's process does for a stack but take messages off the wire. */
export async function measurePolicies(rounds: number): Promise<PolicyCase> {
  unpackOnce();
  const resources = resourcesOf(HOSTS);
  const pack = ["ldms", "0.1.0", "advisory", [...RESOURCE_POLICIES, ...STACK_POLICIES]] as const;
  const [analyze, analyzeStack] = [makeAnalyzeRpcFun(...pack), makeAnalyzeStackRpcFun(...pack)];
  const runs: { readonly resourceMs: number; readonly stackMs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    // New ones each time, as they come off the wire.
    const each = resources.map((one) => describe(new AnalyzeRequest(), one));
    const together = new AnalyzeStackRequest().setResourcesList(resources.map((one) => describe(new AnalyzerResource(), one)));
    runs.push({ resourceMs: await timed(analyze, each), stackMs: await timed(analyzeStack, [together]) });
  }
  return {
    resources: resources.length,
    resourceMs: runs.map(({ resourceMs }) => resourceMs),
    stackMs: runs.map(({ stackMs }) => stackMs),
    isGood: Math.min(...runs.map(({ resourceMs, stackMs }) => resourceMs + stackMs)) < LIMIT_MS,
  };
}

function resourcesOf(count: number): RegisteredResource[] {
  const values = { ...stackOfSize(count), method: "docker", munge: { mode: "key" } };
  return registeredResources(planDeployment(parseClusterConfig("cygnus", "bench", values), KEY_FACTS));
}

function describe<Message extends AnalyzeRequest | AnalyzerResource>(
  message: Message,
  { type, name, urn, props }: RegisteredResource,
): Message {
  message.setType(type);
  message.setName(name);
  message.setUrn(urn);
  message.setProperties(Struct.fromJavaScript(props as Record<string, JavaScriptValue>));
  message.setOptions(new AnalyzerResourceOptions().setCustomtimeouts(new AnalyzerResourceOptions.CustomTimeouts()));
  return message;
}

async function timed<Request>(handle: Handler<Request>, requests: readonly Request[]): Promise<number> {
  const began = cpuMs();
  for (const request of requests)
    await new Promise((resolve, reject) => handle({ request }, (error, response) => (error ? reject(error) : resolve(response))));
  return cpuMs() - began;
}
