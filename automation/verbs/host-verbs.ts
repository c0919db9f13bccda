import { type ChainReport, verify } from "../../operations/chain/verify-chain";
import { lookAgain } from "../../operations/common/look-again";
import { type DriftReport, findDrift } from "../../operations/drift/drift";
import { type AuditReport, audit } from "../../operations/observe/audit";
import { FRESH_SECONDS, type VerifyArgs } from "../../operations/observe/verify";
import { type AwaitStatusArgs, awaitStatus } from "../../operations/overview/await-status";
import type { StackLook } from "../../operations/overview/look-at-stack";
import { type PreflightReport, preflight } from "../../operations/preflight/preflight";
import { decideVerdict, type Verdict } from "../../operations/preflight/verdict";
import { type ControllerArgs, controllerOn, type LocalCommand } from "../../operations/service/controller";
import { openTunnel, type Tunnel, type TunnelArgs, type TunnelService } from "../../operations/service/tunnel";
import { progressOf } from "../../operations/upgrade/upgrade-record";
import { type DeployedState, readDeployedState } from "../../plan/deployed/deployed-state";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { isInFiles, type StackLocation } from "../../stack/open-stack";
import { readStateResources } from "../../stack/stack-admin";
import { readSitePlan } from "../site-plan";
import { findOpenUpgrade } from "../upgrade-file";

export interface SignalArgs {
  readonly signal?: AbortSignal;
}

/** What every verb takes that asks all hosts. */
export interface AskingArgs extends SignalArgs {
  /** Keep the ssh connections for ten minutes, for the next verb; false ends those that are kept. @default true, unless LDMS_KEEP is `off` */
  readonly keep?: boolean;
}

export interface DriftWatchArgs extends AskingArgs {
  /** From one look to the next, until the signal comes; absent: one look. */
  readonly watchSeconds?: number;
  readonly onLook?: (look: DriftReport) => void;
}

/** The verbs that speak to the hosts of a stack beside its runs; none changes anything. */
export abstract class HostVerbs {
  constructor(protected readonly location: StackLocation) {}

  /** The look at every host that `up` begins with, and what `up` would make of it. */
  async preflight(args: AskingArgs = {}): Promise<PreflightReport & { readonly verdict: Verdict }> {
    const plan = await this.located(args.keep);
    const report = await preflight(plan, args);
    return { ...report, verdict: decideVerdict(report, plan) };
  }

  /** Of more than 64 hosts the aggregators tell of their samplers, unless `all` says to ask every host. */
  async status(args: Omit<AwaitStatusArgs, "findUpgrade"> & AskingArgs = {}): Promise<StackLook> {
    const findUpgrade = async () => {
      const open = await findOpenUpgrade(this.location);
      return open && progressOf(open, open.isAlive);
    };
    return awaitStatus(await this.located(args.keep), { ...args, findUpgrade });
  }

  /**
   * Where stack file, state and hosts differ, containers, files and what the daemons run. To watch, file and state are read anew for each look, which ends
   * with the signal.
   */
  async drift({ watchSeconds, onLook, ...args }: DriftWatchArgs = {}): Promise<DriftReport> {
    const look = async () => {
      const [plan, deployed] = await Promise.all([this.located(args.keep), this.deployed()]);
      return findDrift(plan, { deployed, signal: args.signal });
    };
    return watchSeconds === undefined ? look() : lookAgain(look, { watchSeconds, onLook, signal: args.signal });
  }

  /** Reads the stores themselves, and walks from each sampler to its first broken link. @param args by default one look, at rows of the last 30 s */
  async verify(args: Partial<VerifyArgs> & AskingArgs = {}): Promise<ChainReport> {
    return verify(await this.located(args.keep), { waitSeconds: 0, freshSeconds: FRESH_SECONDS, ...args });
  }

  /** Judges what really runs on the hosts by the rules, whoever started it. */
  async audit(args: AskingArgs = {}): Promise<AuditReport> {
    return audit(await this.located(args.keep), args);
  }

  /** What starts ldmsd_controller in a daemon's container, for a terminal or a pipe of the caller's. */
  async controller(args: ControllerArgs): Promise<LocalCommand> {
    return controllerOn(await this.located(), args);
  }

  /** Forwards a local port to Grafana or the UI, until it is closed. */
  async tunnel(service: TunnelService, args: TunnelArgs = {}): Promise<Tunnel> {
    return openTunnel(await this.located(), service, args);
  }

  /** undefined where the state is not in files, and so is not read here. */
  private async deployed(): Promise<DeployedState | undefined> {
    return isInFiles(this.location) ? readDeployedState(await readStateResources(this.location)) : undefined;
  }

  private async located(wantsKept?: boolean): Promise<DeploymentPlan> {
    return (await readSitePlan(this.location, wantsKept)).located;
  }
}
