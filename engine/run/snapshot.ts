import type { DeploymentJson, OperationJson, OperationType } from "../../stack/deployment-json";
import { type FileBackend, makeManifest } from "../../stack/file-backend";
import type { ResourceRecord } from "../../stack/resource-record";
import type { StateCodec } from "../../stack/state-codec";
import { orderRecords } from "./record-order";

/** Where a run keeps the stack's state; a preview's keeps it in memory alone. */
export interface SnapshotTarget {
  readonly backend: FileBackend;
  readonly codec: StateCodec;
  /** Undefined for a stack without secrets. */
  readonly saltState: string | undefined;
}

/**
 * The stack's state while it changes: what this run has done, then what it has not come to yet. Each change is on the disk when its promise is
 * fulfilled; changes that come while a write runs share the next one.
 */
export class Snapshot {
  private readonly newRecords = new Map<string, ResourceRecord>();
  private readonly pending = new Map<object, { readonly type: OperationType; readonly record: ResourceRecord }>();
  private readonly renamed = new Map<string, string>();
  private readonly successors = new Map<ResourceRecord, ResourceRecord>();
  private writing: Promise<void> | undefined;
  private nextWrite: Promise<void> | undefined;
  private isDirty = false;
  /** What the first write that did not succeed met. */
  private writeError: unknown;
  private hasEverChanged = false;

  /** @param target undefined in a preview. @param interrupted operations of an earlier run, kept until this run has settled them. */
  constructor(
    private base: readonly ResourceRecord[],
    private interrupted: readonly ResourceRecord[],
    private readonly target: SnapshotTarget | undefined,
  ) {}

  /** Resources that this run has not touched, in the order of the state. */
  get untouched(): readonly ResourceRecord[] {
    return this.base;
  }

  /** Creates of an earlier run of which nobody knows whether they took effect. */
  get interruptedCreates(): readonly ResourceRecord[] {
    return this.interrupted;
  }

  /** What has become of a record of the state during this run. */
  current(record: ResourceRecord): ResourceRecord {
    const successor = this.successors.get(record);
    return successor === undefined ? record : this.current(successor);
  }

  /** Everything that is in the state now, as it was put there. */
  get present(): readonly ResourceRecord[] {
    return [...this.newRecords.values(), ...this.base];
  }

  /** The same as it is written: in order, without references to what is gone. */
  get records(): readonly ResourceRecord[] {
    return orderRecords(this.present, this.renamed);
  }

  findNew(urn: string): ResourceRecord | undefined {
    return this.newRecords.get(urn);
  }

  /** Records that an operation is about to take effect; fulfilled when the disk knows. */
  async begin(type: OperationType, record: ResourceRecord): Promise<object> {
    const token = {};
    this.pending.set(token, { type, record });
    try {
      await this.save();
    } catch (error) {
      this.pending.delete(token);
      throw error;
    }
    return token;
  }

  /** Takes back what `begin` said, for an operation that did not take effect. */
  abandon(token: object): Promise<void> {
    this.pending.delete(token);
    return this.save();
  }

  /** An effect that may or may not have happened stays on record, so that the next run looks for it. */
  leaveOpen(token: object): Promise<void> {
    const operation = this.pending.get(token);
    if (operation?.type === "creating")
      this.interrupted = [...this.interrupted.filter(({ urn }) => urn !== operation.record.urn), operation.record];
    return this.abandon(token);
  }

  /** Puts `next` (and removes `old`, or puts `oldAfter` in its place) as the result of an operation. */
  commit(token: object | undefined, change: SnapshotChange): Promise<void> {
    if (token !== undefined) this.pending.delete(token);
    this.apply(change);
    return this.save();
  }

  /** The same without a write: for what costs nothing to find again. */
  apply({ old, oldAfter, next }: SnapshotChange): void {
    if (old !== undefined) {
      const current = this.current(old);
      this.base = this.base.flatMap((record) => (record !== current ? [record] : oldAfter === undefined ? [] : [oldAfter]));
      if (oldAfter !== undefined) this.successors.set(current, oldAfter);
      if (next !== undefined && next.urn !== old.urn) this.renamed.set(old.urn, next.urn);
    }
    if (next !== undefined) this.newRecords.set(next.urn, next);
    if (old === undefined || old !== next) this.touch();
  }

  /** The next flush writes, even if nothing else changes. */
  touch(): void {
    this.isDirty = true;
    this.hasEverChanged = true;
  }

  /** Whether this run has left (or, in a preview, would leave) another state than it found. */
  get hasChanged(): boolean {
    return this.hasEverChanged;
  }

  /** An interrupted create that this run has made good, or whose leavings it has removed. */
  settle(urn: string): void {
    const others = this.interrupted.filter((record) => record.urn !== urn);
    if (others.length !== this.interrupted.length) this.touch();
    this.interrupted = others;
  }

  /** Whatever is not written yet, that of a failed write once more; rejects with what a write of this run met. */
  async flush(): Promise<void> {
    await (this.isDirty ? this.save() : this.writing);
    if (this.writeError !== undefined) throw this.writeError;
  }

  save(): Promise<void> {
    this.touch();
    if (this.target === undefined) return Promise.resolve();
    if (this.writing === undefined) {
      this.writing = this.write(this.target).finally(() => {
        this.writing = undefined;
      });
      return this.writing;
    }
    const after = () => {
      this.nextWrite = undefined;
      return this.save();
    };
    this.nextWrite ??= this.writing.then(after, after);
    return this.nextWrite;
  }

  toJson(codec: StateCodec, saltState: string | undefined): DeploymentJson {
    const begun = new Set([...this.pending.values()].map(({ record }) => record.urn));
    const operations: OperationJson[] = [
      ...this.interrupted
        .filter(({ urn }) => !begun.has(urn))
        .map((record) => ({ resource: codec.encode(record), type: "creating" as const })),
      ...[...this.pending.values()].map(({ type, record }) => ({ resource: codec.encode(record), type })),
    ];
    return {
      manifest: makeManifest(new Date()),
      ...(saltState === undefined ? {} : { secrets_providers: { type: "passphrase", state: { salt: saltState } } }),
      resources: this.records.map((record) => codec.encode(record)),
      ...(operations.length === 0 ? {} : { pending_operations: operations }),
      metadata: {},
    };
  }

  private async write({ backend, codec, saltState }: SnapshotTarget): Promise<void> {
    // One turn of the event loop lets the steps that start together share this write.
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.isDirty = false;
    const deployment = this.toJson(codec, saltState);
    try {
      await backend.write(deployment);
    } catch (error) {
      this.isDirty = true;
      this.writeError ??= error;
      throw error;
    }
  }
}

export interface SnapshotChange {
  readonly old?: ResourceRecord | undefined;
  readonly oldAfter?: ResourceRecord | undefined;
  readonly next?: ResourceRecord | undefined;
}
