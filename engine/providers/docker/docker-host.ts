import { Agent } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type Docker from "dockerode";
import { ProviderError } from "../../provider/provider";
import { dialArgv, type HostAddress } from "./host-address";
import { SshStream } from "./ssh-stream";

/** Milliseconds in which an engine must answer anything that it does not have to work for. */
export const CALL_TIMEOUT_MS = 60_000;

/** ssh gives up on connecting after 15 s and says why; this is the net under it. */
const CONNECT_TIMEOUT_MS = 20_000;

/** sshd allows ten sessions a connection and ten starting connections by default; a host has few containers to care for at a time. */
const CONNECTIONS_PER_HOST = 4;

/** A call to a Docker engine that failed; `statusCode` is undefined when there was no answer, and so nobody knows what came of it. */
export class DockerCallError extends ProviderError {
  constructor(
    message: string,
    host: string,
    readonly statusCode: number | undefined,
    cause: unknown,
  ) {
    super(message, host, { cause, isOutcomeOpen: statusCode === undefined });
  }
}

/** Whether an engine has answered a call with this HTTP status; 304 is its "nothing to do", 404 its "no such thing". */
export function hasStatus(error: unknown, statusCode: 304 | 404 | 409): boolean {
  return error instanceof DockerCallError && error.statusCode === statusCode;
}

class DialAgent extends Agent {
  constructor(private readonly dial: () => Duplex) {
    super({ keepAlive: true, maxSockets: CONNECTIONS_PER_HOST, maxFreeSockets: CONNECTIONS_PER_HOST });
  }

  override createConnection(): Duplex {
    return this.dial();
  }
}

/** The Docker engine of one host: kept connections, and a time-out and the host's name on every call. */
export class DockerHost {
  readonly name: string;
  private readonly agent: DialAgent;
  private readonly api: Docker;
  private reached: Promise<unknown> | undefined;

  /** @param folder what paths in `sshOpts` are relative to */
  constructor(
    address: HostAddress,
    sshOpts: readonly string[],
    folder: string,
    private readonly connectTimeoutMs = CONNECT_TIMEOUT_MS,
  ) {
    this.name = address.name;
    this.agent = new DialAgent(() =>
      address.kind === "unix" ? connect(address.socketPath) : new SshStream(dialArgv(address, sshOpts), folder),
    );
    // Everything is given, so that DOCKER_HOST and its kin in the environment decide nothing.
    const options = { protocol: "http", host: "docker", port: 80, agent: this.agent };
    // It takes a tenth of a second to load, and most runs talk to no engine.
    const Client = require("dockerode") as typeof Docker;
    this.api = new Client(options as Docker.DockerOptions);
  }

  /**
   * Runs one call against the engine. `what` names it in the error: ``create container `samp` ``.
   *
   * @throws DockerCallError when the engine refuses, cannot be reached, or has not answered in time
   */
  async call<T>(what: string, run: (api: Docker, abortSignal: AbortSignal) => Promise<T>, timeoutMs = CALL_TIMEOUT_MS): Promise<T> {
    await this.reach();

    return this.bounded(what, run, timeoutMs);
  }

  /** Asks a sign of life once, so that a dead host costs seconds even where the call itself may take minutes. */
  private async reach(): Promise<void> {
    this.reached ??= this.bounded("connect", (api) => api.ping(), this.connectTimeoutMs);
    try {
      await this.reached;
    } catch (error) {
      this.reached = undefined;
      // What has not answered a ping answers nothing else: its connections must not outlive the attempt.
      this.agent.destroy();
      throw error;
    }
  }

  private async bounded<T>(what: string, run: (api: Docker, abortSignal: AbortSignal) => Promise<T>, timeoutMs: number): Promise<T> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    const expired = new Promise<never>((_, reject) => abort.signal.addEventListener("abort", () => reject(abort.signal.reason)));
    expired.catch(() => {});
    try {
      return await Promise.race([run(this.api, abort.signal), expired]);
    } catch (error) {
      throw this.describe(what, error, abort.signal.aborted ? timeoutMs : undefined);
    } finally {
      clearTimeout(timer);
    }
  }

  private describe(what: string, error: unknown, expiredMs: number | undefined): ProviderError {
    if (error instanceof ProviderError) return error;
    if (expiredMs !== undefined) {
      const text = `${this.name}: ${what}: no answer in ${expiredMs / 1000} s\nhelp: the host or its Docker engine is frozen or overloaded`;
      return new DockerCallError(text, this.name, undefined, error);
    }

    const answer = error as { readonly statusCode?: number; readonly json?: { readonly message?: string }; readonly message: string };
    const text = `${this.name}: ${what}: ${answer.json?.message ?? answer.message.replace(/^\(HTTP code \d+\) .*? - /, "").trim()}`;
    return new DockerCallError(text, this.name, answer.statusCode, error);
  }

  /** Ends all connections and their ssh processes; calls under way fail. */
  close(): void {
    this.agent.destroy();
  }
}
