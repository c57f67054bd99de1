import { isUnknown, type Json, type JsonObject } from "../plan/plan.ts";

/**
 * A resource as rules see it, whether a plan or the engine shows it: secrets and unknown values stand as
 * markers.
 */
export interface PolicyResource {
  readonly urn: string;
  /** The Pulumi type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly name: string;
  /** Whether the engine refuses to delete it. */
  readonly protect: boolean;
  readonly inputs: JsonObject;
}

/** Where a value stands in a resource's inputs. */
export type PropertyPath = readonly (string | number)[];

/** Learns of every value that a rule looks at. */
export type OnRead = (node: InputNode) => void;

/** What a rule found wrong at a value, as a clause. */
export interface Violation {
  readonly node: InputNode;
  readonly message: string;
  /** Whether it may vanish once a value is known that is unknown now. */
  readonly uncertain: boolean;
}

/** Longer values are cut in messages. */
const MAX_DISPLAY_LENGTH = 100;

/**
 * A value in a resource, or the place where one is missing. Rules read inputs only through this class, so a
 * value that is unknown in a preview reads as missing *and* is noticed: no rule can pass over it silently.
 */
export class InputNode {
  readonly resource: PolicyResource;
  readonly path: PropertyPath;
  /** True where the value is unknown until apply. */
  readonly unknown: boolean;
  readonly #value: Json | undefined;
  readonly #onRead: OnRead;

  constructor(resource: PolicyResource, path: PropertyPath, value: Json | undefined, onRead: OnRead) {
    this.resource = resource;
    this.path = path;
    this.unknown = isUnknown(value);
    this.#value = this.unknown ? undefined : value;
    this.#onRead = onRead;
  }

  /** The value below this one; below an unknown value there is only that unknown value. */
  at(...keys: PropertyPath): InputNode {
    let node: InputNode = this;
    for (const key of keys) node = node.unknown ? node : node.#child(key, childValue(node.#value, key));
    return node;
  }

  /** The text here; undefined for anything else. */
  get text(): string | undefined {
    const value = this.#read();
    return typeof value === "string" ? value : undefined;
  }

  get number(): number | undefined {
    const value = this.#read();
    return typeof value === "number" ? value : undefined;
  }

  get flag(): boolean | undefined {
    const value = this.#read();
    return typeof value === "boolean" ? value : undefined;
  }

  /** Whether there is a value. */
  get exists(): boolean {
    const value = this.#read();
    return value !== undefined && value !== null;
  }

  /** Counts as looked at, for whoever has found the value in another way. */
  markRead(): void {
    this.#read();
  }

  /** Whether there is a value or will be one. */
  get isSetOrUnknown(): boolean {
    return this.exists || this.unknown;
  }

  /** The elements of a list; none for anything else. */
  get items(): readonly InputNode[] {
    const value = this.#read();
    return Array.isArray(value) ? value.map((item: Json, index) => this.#child(index, item)) : [];
  }

  /** The fields of an object; none for anything else. */
  get fields(): readonly (readonly [string, InputNode])[] {
    const value = this.#read();
    if (!isObject(value)) return [];
    return Object.entries(value).map(([key, inner]) => [key, this.#child(key, inner)] as const);
  }

  /** Every single value at or below this one. */
  get leaves(): readonly InputNode[] {
    const value = this.#read();
    if (Array.isArray(value)) return this.items.flatMap((item) => item.leaves);
    return isObject(value) ? this.fields.flatMap(([, inner]) => inner.leaves) : [this];
  }

  /** The value for a message, or "missing". */
  get displayText(): string {
    const value = this.#read();
    if (value === undefined || value === null) return "missing";
    const text = JSON.stringify(value);
    return text.length > MAX_DISPLAY_LENGTH ? `${text.slice(0, MAX_DISPLAY_LENGTH)}…` : text;
  }

  /** Something wrong here; `given` are other values of the same resource that led to it. */
  violation(message: string, ...given: readonly InputNode[]): Violation {
    // A violation of the resource as a whole is about what it is, not about its values.
    const causes = this.path.length === 0 ? given : [this, ...given];
    return { node: this, message, uncertain: causes.some((cause) => cause.#holdsUnknown) };
  }

  get #holdsUnknown(): boolean {
    return this.leaves.some(({ unknown }) => unknown);
  }

  #child(key: string | number, value: Json | undefined): InputNode {
    return new InputNode(this.resource, [...this.path, key], value, this.#onRead);
  }

  #read(): Json | undefined {
    this.#onRead(this);
    return this.#value;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function childValue(value: Json | undefined, key: string | number): Json | undefined {
  if (Array.isArray(value)) return typeof key === "number" ? (value[key] as Json | undefined) : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A path as people write it: `spec.containers[0].image`, `metadata.labels["app.kubernetes.io/name"]`. */
export function formatPath(path: PropertyPath): string {
  const steps = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[A-Za-z0-9_-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return steps.join("").replace(/^\./, "");
}
