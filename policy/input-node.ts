import { isUnknown, type Json, type JsonObject } from "../plan/plan.ts";

/** A resource from a plan or from Pulumi; secrets and unknown values are replaced with markers. */
export interface PolicyResource {
  readonly urn: string;
  /** The Pulumi type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly name: string;
  /** Whether Pulumi rejects its deletion (`protect: true`). */
  readonly protect: boolean;
  readonly inputs: JsonObject;
}

/** The path of a value in a resource's inputs. */
export type PropertyPath = readonly (string | number)[];

/** Called for every value that a rule reads. */
export type OnRead = (node: InputNode) => void;

/** A problem with a value; the message is a clause. */
export interface Violation {
  readonly node: InputNode;
  readonly message: string;
  /** Whether it depends on a value that is unknown until apply. */
  readonly uncertain: boolean;
}

/** Longer values are truncated in messages. */
const MAX_DISPLAY_LENGTH = 100;

/**
 * A value of a resource, or the path of a missing one. Rules read inputs only through this class: an unknown value reads as
 * missing and is recorded, so no rule can ignore it.
 */
export class InputNode {
  readonly resource: PolicyResource;
  readonly path: PropertyPath;
  /** Whether the value is unknown until apply. */
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

  /** The value at a path below this one; if a value on the path is unknown, that value. */
  at(...keys: PropertyPath): InputNode {
    let node: InputNode = this;
    for (const key of keys) node = node.unknown ? node : node.#child(key, childValue(node.#value, key));
    return node;
  }

  /** The value if it is a string. */
  get text(): string | undefined {
    const value = this.#read();
    return typeof value === "string" ? value : undefined;
  }

  /** The value if it is a number. */
  get number(): number | undefined {
    const value = this.#read();
    return typeof value === "number" ? value : undefined;
  }

  /** The value if it is a boolean. */
  get flag(): boolean | undefined {
    const value = this.#read();
    return typeof value === "boolean" ? value : undefined;
  }

  /** Whether the value is set. */
  get exists(): boolean {
    const value = this.#read();
    return value !== undefined && value !== null;
  }

  /** Records the value as read, for callers that found it in an index. */
  markRead(): void {
    this.#read();
  }

  /** Whether the value is set, or unknown until apply. */
  get isSetOrUnknown(): boolean {
    return this.exists || this.unknown;
  }

  /** The elements of a list; empty for other values. */
  get items(): readonly InputNode[] {
    const value = this.#read();
    return Array.isArray(value) ? value.map((item: Json, index) => this.#child(index, item)) : [];
  }

  /** The fields of an object; empty for other values. */
  get fields(): readonly (readonly [string, InputNode])[] {
    const value = this.#read();
    if (!isObject(value)) return [];
    return Object.entries(value).map(([key, inner]) => [key, this.#child(key, inner)] as const);
  }

  /** All scalar values at or below this one. */
  get leaves(): readonly InputNode[] {
    const value = this.#read();
    if (Array.isArray(value)) return this.items.flatMap((item) => item.leaves);
    return isObject(value) ? this.fields.flatMap(([, inner]) => inner.leaves) : [this];
  }

  /** The value as JSON for a message, truncated if it is long; "missing" if it is not set. */
  get displayText(): string {
    const value = this.#read();
    if (value === undefined || value === null) return "missing";
    const text = JSON.stringify(value);
    return text.length > MAX_DISPLAY_LENGTH ? `${text.slice(0, MAX_DISPLAY_LENGTH)}…` : text;
  }

  /** Creates a violation at this value; `given` are other values that caused it. */
  violation(message: string, ...given: readonly InputNode[]): Violation {
    // A violation of the resource as a whole does not depend on its values.
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

/** Formats a path, such as `spec.containers[0].image` or `metadata.labels["app.kubernetes.io/name"]`. */
export function formatPath(path: PropertyPath): string {
  const steps = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[A-Za-z0-9_-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return steps.join("").replace(/^\./, "");
}
