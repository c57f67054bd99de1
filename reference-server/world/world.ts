import type { GameStore, WorldObject } from "../data/game-store.ts";
import { HttpError } from "../errors.ts";
import type { Metrics } from "../observability/metrics.ts";

/** A change that is published to other servers. */
export type WorldChange =
  | { readonly kind: "changed"; readonly object: WorldObject }
  | { readonly kind: "removed"; readonly id: string };

/** Assets of the reference world; a real build has its own. */
const ASSETS: readonly string[] = ["beacon", "door", "light", "portal", "prop", "spawn", "vehicle"];

/** Largest number of objects: about 100 MB at one kilobyte each. */
const MAX_OBJECTS = 100_000;

interface WorldOptions {
  readonly store: GameStore;
  readonly metrics: Metrics;
  /** Whether an unknown asset becomes a placeholder instead of an error. */
  readonly allowPlaceholders: boolean;
  readonly onChange: (change: WorldChange) => void;
}

/** The world's objects: kept in memory, saved periodically, published to other servers immediately. */
export class World {
  readonly #options: WorldOptions;
  readonly #objects = new Map<string, WorldObject>();
  readonly #dirty = new Set<string>();
  readonly #removed = new Set<string>();
  #loaded = false;

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#objects.size;
  }

  get unsaved(): number {
    return this.#dirty.size + this.#removed.size;
  }

  get objects(): readonly WorldObject[] {
    return [...this.#objects.values()];
  }

  get(id: string): WorldObject | undefined {
    return this.#objects.get(id);
  }

  /** @throws HttpError 422 for an unknown asset, 507 when the world is full. */
  put(values: Pick<WorldObject, "id" | "kind" | "position" | "data">): WorldObject {
    const assetExists = ASSETS.includes(values.kind);
    if (!assetExists && !this.#options.allowPlaceholders) {
      throw new HttpError(422, "unknown_asset", `Unknown asset: ${JSON.stringify(values.kind)}.`);
    }
    const known = this.#objects.get(values.id);
    if (known === undefined && this.#objects.size >= MAX_OBJECTS) {
      throw new HttpError(507, "world_full", `The world has reached its limit of ${MAX_OBJECTS} objects.`);
    }
    const version = (known?.version ?? 0) + 1;
    const object: WorldObject = {
      ...values,
      version,
      ...(assetExists ? {} : { placeholder: true as const }),
    };
    this.#store(object);
    this.#options.onChange({ kind: "changed", object });
    return object;
  }

  remove(id: string): boolean {
    if (!this.#objects.delete(id)) return false;
    this.#dirty.delete(id);
    this.#removed.add(id);
    this.#options.onChange({ kind: "removed", id });
    return true;
  }

  /** Applies a change of another server, which also saves it. */
  apply(change: WorldChange): void {
    if (change.kind === "removed") {
      this.#objects.delete(change.id);
      this.#dirty.delete(change.id);
      return;
    }
    const known = this.#objects.get(change.object.id);
    if (known !== undefined && known.version >= change.object.version) return;
    this.#objects.set(change.object.id, change.object);
    this.#dirty.delete(change.object.id);
  }

  /** Loads the stored world once; newer local versions win. */
  async load(): Promise<void> {
    if (this.#loaded) return;
    for (const object of await this.#options.store.loadWorld()) {
      if (!this.#removed.has(object.id)) this.apply({ kind: "changed", object });
    }
    this.#loaded = true;
  }

  /** Saves unsaved changes; they stay unsaved when the write fails. */
  async save(): Promise<void> {
    if (this.unsaved === 0) return;
    const changed = [...this.#dirty].flatMap((id) => this.#objects.get(id) ?? []);
    const removed = [...this.#removed];
    try {
      await this.#options.store.saveWorld(changed, removed);
    } catch (error) {
      this.#options.metrics.increment("spacetime_world_saves_total", { result: "failed" });
      throw error;
    }
    this.#options.metrics.increment("spacetime_world_saves_total", { result: "saved" });
    // An object that changed during the write is a new object and stays dirty.
    for (const object of changed) if (this.#objects.get(object.id) === object) this.#dirty.delete(object.id);
    for (const id of removed) this.#removed.delete(id);
  }

  #store(object: WorldObject): void {
    this.#objects.set(object.id, object);
    this.#dirty.add(object.id);
    this.#removed.delete(object.id);
  }
}
