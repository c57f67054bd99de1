import { inspect } from "node:util";

/** Replacement for a redacted secret. */
export const REDACTED = "[hidden]";

/** A secret text that is redacted when it is printed or serialized as JSON. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the text; only for sending it in a request. */
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

/** A JWT: three parts in base64url, the first one a JSON object. Responses may contain JWTs that the server issued. */
const JWT_PATTERN = /eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g;

/** Redacts the given secrets in a text. */
export function redactSecrets(text: string, secrets: readonly Secret[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret.reveal(), REDACTED), text);
}

/** Redacts the given secrets and all JWTs in a text. */
export function redactSecretsAndJwts(text: string, secrets: readonly Secret[]): string {
  return redactSecrets(text, secrets).replace(JWT_PATTERN, REDACTED);
}

/** Redacts the given secrets and all JWTs in every string of a value, at any depth. */
export function redactValue<Value>(value: Value, secrets: readonly Secret[]): Value {
  return JSON.parse(JSON.stringify(value), (_key, inner: unknown) =>
    typeof inner === "string" ? redactSecretsAndJwts(inner, secrets) : inner,
  );
}
