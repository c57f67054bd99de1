import { inspect } from "node:util";

/** Stands where a secret was. */
export const HIDDEN = "[hidden]";

/** Text that must reach nobody but the server: printing it, or writing it as JSON, hides it. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** For the request that carries it, and nothing else. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** Three parts in base64url, the first a JSON object: a JWT, which a server mints and an answer may quote. */
const JWT = /eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g;

/** The text without the given secrets. */
export function withoutSecrets(text: string, secrets: readonly Secret[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret.reveal(), HIDDEN), text);
}

/** The text without the secrets and without any JWT, whoever quoted them. */
export function redacted(text: string, secrets: readonly Secret[]): string {
  return withoutSecrets(text, secrets).replace(JWT, HIDDEN);
}

/** A value without the secrets in its texts and keys, at any depth. */
export function redactedValue<Value>(value: Value, secrets: readonly Secret[]): Value {
  return JSON.parse(JSON.stringify(value), (_key, inner: unknown) =>
    typeof inner === "string" ? redacted(inner, secrets) : inner,
  );
}
