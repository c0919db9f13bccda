import { join } from "node:path";
import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  type AnalyzeResponse,
  type AnalyzerInfo,
  AnalyzerStackConfigureRequest,
  EnforcementLevel,
  type RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { makeSocketFolder } from "../../processes/socket-folder";
import { EngineError } from "../../stack/engine-error";
import type { PropertyMap } from "../../stack/property-value";
import { fromWireMap, type JsonMap } from "../../stack/property-values";
import type { ResourceRecord } from "../../stack/resource-record";
import type { StackConfig } from "../../stack/stack-file";
import { childEnvironment, type NodeChild, startNodeChild } from "../children/child-process";
import { MAX_MESSAGE_BYTES } from "../children/grpc-server";
import { configEnvironment, findSdk } from "../children/program-runner";
import type { PolicyViolation } from "../events/run-outcome";
import { makeAnalyzeRequest, makeStackRequest, type PolicySubject } from "./analyzer-messages";
import { makePolicyConfig, type PolicyPackConfig } from "./policy-config";

/** Loading a pack type-checks it first, which takes seconds. */
const START_LIMIT_MS = 120_000;
const CALL_LIMIT_MS = 120_000;

export interface AnalyzerArgs {
  /** Holds PulumiPolicy.yaml. */
  readonly folder: string;
  readonly project: string;
  readonly stack: string;
  readonly config: StackConfig;
  readonly packConfig: PolicyPackConfig;
  /** Gives up a pack that is still loading. */
  readonly signal: AbortSignal;
}

/** One policy pack, run unchanged in a process of its own through the SDK. @see sdk/go/common/resource/plugin/analyzer_plugin.go */
export class Analyzer {
  private constructor(
    readonly info: AnalyzerInfo,
    private readonly client: AnalyzerClient,
    private readonly child: NodeChild,
  ) {}

  /** @throws EngineError for a pack that does not start within two minutes, with what it said. */
  static async start(args: AnalyzerArgs): Promise<Analyzer> {
    const said: string[] = [];
    let onListening: () => void = () => undefined;
    const listening = new Promise<"listening">((resolve) => {
      onListening = () => resolve("listening");
    });
    const { child, socket } = startPack(args, (stream, line) => {
      // The port, were it one.
      if (stream === "stdout" && /^\d+$/.test(line)) onListening();
      else said.push(line);
    });
    const onAbort = () => void child.stop();
    args.signal.addEventListener("abort", onAbort, { once: true });
    let timer: NodeJS.Timeout | undefined;
    const lateness = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), START_LIMIT_MS);
    });
    const started = await Promise.race([listening, child.exited, lateness]);
    clearTimeout(timer);
    args.signal.removeEventListener("abort", onAbort);
    if (started !== "listening") {
      await child.stop();
      const how =
        started === "late" ? `did not start within ${START_LIMIT_MS / 1000} s` : `ended with exit code ${started} while it started`;
      throw new EngineError([`policy pack \`${args.folder}\`: ${how}`, ...said.slice(-20)].join("\n"));
    }
    const limits = { "grpc.max_receive_message_length": MAX_MESSAGE_BYTES, "grpc.max_send_message_length": MAX_MESSAGE_BYTES };
    const client = new AnalyzerClient(`unix:${socket}`, credentials.createInsecure(), limits);
    try {
      await call((done) => client.configureStack(makeStackConfigure(args), new Metadata(), deadline(), done));
      const info = await call<AnalyzerInfo>((done) => client.getAnalyzerInfo(new Empty(), new Metadata(), deadline(), done));
      await call((done) => client.configure(makePolicyConfig(info, args.packConfig), new Metadata(), deadline(), done));
      return new Analyzer(info, client, child);
    } catch (error) {
      client.close();
      await child.stop();
      throw error;
    }
  }

  async remediate(subject: PolicySubject): Promise<{ readonly inputs: PropertyMap; readonly violations: readonly PolicyViolation[] }> {
    const response = await call<RemediateResponse>((done) =>
      this.client.remediate(makeAnalyzeRequest(subject), new Metadata(), deadline(), done),
    );
    let { inputs } = subject.record;
    const violations: PolicyViolation[] = [];
    for (const remediation of response.getRemediationsList()) {
      const found = {
        policyPack: this.info.getName(),
        policy: remediation.getPolicyname(),
        enforcement: "advisory" as const,
        urn: subject.record.urn,
      };
      const properties = remediation.getProperties();
      if (remediation.getDiagnostic() !== "" || properties === undefined)
        violations.push({ ...found, message: remediation.getDiagnostic() });
      else inputs = fromWireMap(properties.toJavaScript() as JsonMap);
    }
    return { inputs, violations };
  }

  async analyze(subject: PolicySubject): Promise<readonly PolicyViolation[]> {
    const response = await call<AnalyzeResponse>((done) =>
      this.client.analyze(makeAnalyzeRequest(subject), new Metadata(), deadline(), done),
    );
    return this.readViolations(response, subject.record.urn);
  }

  async analyzeStack(records: readonly ResourceRecord[]): Promise<readonly PolicyViolation[]> {
    const byReference = new Map(records.map((record) => [`${record.urn}::${record.id}`, record]));
    const request = makeStackRequest(records, (record) => byReference.get(record.provider));
    return this.readViolations(
      await call<AnalyzeResponse>((done) => this.client.analyzeStack(request, new Metadata(), deadline(), done)),
      "",
    );
  }

  async close(): Promise<void> {
    this.client.close();
    await this.child.stop();
  }

  private readViolations(response: AnalyzeResponse, urn: string): readonly PolicyViolation[] {
    return response.getDiagnosticsList().map((diagnostic) => ({
      policyPack: diagnostic.getPolicypackname(),
      policy: diagnostic.getPolicyname(),
      enforcement: diagnostic.getEnforcementlevel() === EnforcementLevel.ADVISORY ? "advisory" : "mandatory",
      message: diagnostic.getMessage(),
      urn: diagnostic.getUrn() || urn,
    }));
  }
}

/** The pack's process, and the socket that it serves on, which goes when it is stopped. */
function startPack(
  { folder, project, stack, config }: AnalyzerArgs,
  onLine: (stream: "stdout" | "stderr", line: string) => void,
): { readonly child: NodeChild; readonly socket: string } {
  const sockets = makeSocketFolder();
  const socket = sockets.socket("pack");
  const facts = { ORGANIZATION: "organization", PROJECT: project, STACK: stack, DRY_RUN: "true" };
  const named = Object.entries(facts).flatMap(([key, value]) =>
    [`PULUMI_${key}`, `PULUMI_NODEJS_${key}`].map((name) => [name, value] as const),
  );
  const runner = startNodeChild({
    module: join(findSdk(folder), "cmd", "run-policy-pack"),
    folder,
    env: { ...childEnvironment(), ...Object.fromEntries(named) },
  });
  // The first argument is the engine's address, which the runner drops.
  const { exited, stop } = runner.begin({ argv: ["none", "."], secretEnv: configEnvironment(config), socket, onLine });
  return { child: { exited, stop: () => stop().finally(sockets.remove) }, socket };
}

function makeStackConfigure({ project, stack, config }: AnalyzerArgs): AnalyzerStackConfigureRequest {
  const request = new AnalyzerStackConfigureRequest();
  request.setProject(project);
  request.setStack(stack);
  request.setOrganization("organization");
  request.setDryRun(true);
  for (const [key, { value }] of Object.entries(config)) request.getConfigMap().set(key, value);
  request.setConfigSecretKeysList(Object.entries(config).flatMap(([key, { isSecret }]) => (isSecret ? [key] : [])));
  return request;
}

function deadline(): { readonly deadline: number } {
  return { deadline: Date.now() + CALL_LIMIT_MS };
}

function call<R>(send: (done: (error: ServiceError | null, response: R) => void) => unknown): Promise<R> {
  return new Promise((resolve, reject) => {
    send((error, response) => {
      if (error === null) resolve(response);
      else reject(new EngineError(`policy pack: ${error.details || error.message}`, { cause: error }));
    });
  });
}
