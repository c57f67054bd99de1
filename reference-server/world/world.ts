import type { GameStore, WorldObject } from "../data/game-store.ts";
import { HttpError } from "../errors.ts";
import type { Metrics } from "../observability/metrics.ts";

/** What other servers are told. */
export type WorldChange =
  | { readonly kind: "changed"; readonly object: WorldObject }
  | { readonly kind: "removed"; readonly id: string };

/** Assets of the reference world; a real build has its own. */
export const ASSETS: readonly string[] = ["beacon", "door", "light", "portal", "prop", "spawn", "vehicle"];

/** Objects beyond which the world takes no more: about 100 MB at a kilobyte each. */
const MAX_OBJECTS = 100_000;

export interface WorldOptions {
  readonly store: GameStore;
  readonly metrics: Metrics;
  /** Whether an unknown asset becomes a placeholder instead of an error. */
  readonly allowPlaceholders: boolean;
  readonly onChange: (change: WorldChange) => void;
}

/** The world's objects: in memory, written to the store in intervals, told to the other servers at once. */
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

  /** @throws HttpError 422 for an asset that is not there, 507 when the world is full. */
  put(wanted: Pick<WorldObject, "id" | "kind" | "position" | "data">): WorldObject {
    const there = ASSETS.includes(wanted.kind);
    if (!there && !this.#options.allowPlaceholders) {
      throw new HttpError(422, "unknown_asset", `There is no asset ${JSON.stringify(wanted.kind)}.`);
    }
    const known = this.#objects.get(wanted.id);
    if (known === undefined && this.#objects.size >= MAX_OBJECTS) {
      throw new HttpError(507, "world_full", `The world holds ${MAX_OBJECTS} objects and takes no more.`);
    }
    const version = (known?.version ?? 0) + 1;
    const object: WorldObject = { ...wanted, version, ...(there ? {} : { placeholder: true as const }) };
    this.#keep(object);
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

  /** Takes over what another server did; it also saves it. */
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

  /** Reads the stored world once; later changes here win by their version. */
  async load(): Promise<void> {
    if (this.#loaded) return;
    for (const object of await this.#options.store.loadWorld()) {
      if (!this.#removed.has(object.id)) this.apply({ kind: "changed", object });
    }
    this.#loaded = true;
  }

  /** Writes what changed; what could not be written stays changed. */
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
    // Only what was written: an object that changed meanwhile has a newer version.
    for (const object of changed) if (this.#objects.get(object.id) === object) this.#dirty.delete(object.id);
    for (const id of removed) this.#removed.delete(id);
  }

  #keep(object: WorldObject): void {
    this.#objects.set(object.id, object);
    this.#dirty.add(object.id);
    this.#removed.delete(object.id);
  }
}
