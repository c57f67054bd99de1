import { inspect } from "node:util";

/** Stands where a secret was. */
export const REDACTED = "[hidden]";

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
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/** Three parts in base64url, the first a JSON object: a JWT, which a server mints and an answer may quote. */
const JWT_PATTERN = /eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g;

/** The text without the given secrets. */
export function redactSecrets(text: string, secrets: readonly Secret[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret.reveal(), REDACTED), text);
}

/** The text without the secrets and without any JWT, whoever quoted them. */
export function redactSecretsAndJwts(text: string, secrets: readonly Secret[]): string {
  return redactSecrets(text, secrets).replace(JWT_PATTERN, REDACTED);
}

/** A value without the secrets in its texts and keys, at any depth. */
export function redactValue<Value>(value: Value, secrets: readonly Secret[]): Value {
  return JSON.parse(JSON.stringify(value), (_key, inner: unknown) =>
    typeof inner === "string" ? redactSecretsAndJwts(inner, secrets) : inner,
  );
}
