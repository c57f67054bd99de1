import { errorCode } from "../../components/shared/error-code.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import { errorMessage, OperationError } from "../../operations/errors.ts";
import type { RegistryCredentials } from "./registry-credentials.ts";

interface RegistryRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** The status codes that are no error. */
  readonly expected: readonly number[];
}

export interface RegistryOptions {
  /** Host and port. */
  readonly host: string;
  readonly repository: string;
  readonly credentials: () => Promise<RegistryCredentials | undefined>;
}

/** A part of a file is sent within this time, also on a slow line. */
const TIMEOUT_MS = 600_000;

/**
 * The HTTP API of a registry (OCI Distribution Specification), with the authentication of docker: Basic, or a token of the server that
 * the registry names. TLS is required, except on this machine.
 */
export class OciRegistry {
  readonly origin: string;
  readonly #options: RegistryOptions;
  #authorization: string | undefined;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.origin = `${isLoopback(options.host) ? "http" : "https"}://${options.host}`;
  }

  /** The address of a resource of the repository. */
  url(path: string): URL {
    return new URL(`/v2/${this.#options.repository}/${path}`, this.origin);
  }

  /** @throws OperationError if the registry cannot be reached or answers with another status. */
  async request(method: string, url: URL, request: RegistryRequest): Promise<Response> {
    requireSecure(url);
    let response = await this.#send(method, url, request);
    if (response.status === 401 && url.origin === this.origin) {
      await response.body?.cancel();
      this.#authorization = await this.#authorize(response.headers.get("www-authenticate") ?? "");
      response = await this.#send(method, url, request);
    }
    if (request.expected.includes(response.status)) return response;
    throw await this.#statusError(method, response);
  }

  async #send(method: string, url: URL, { headers, body }: RegistryRequest): Promise<Response> {
    // An upload can continue at another server, which must not receive the credentials of this one.
    const authorization = url.origin === this.origin ? this.#authorization : undefined;
    try {
      return await fetch(url, {
        method,
        // Only downloads may be redirected, to the storage of the registry.
        redirect: method === "GET" ? "follow" : "manual",
        headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      throw unreachableError(url.host, error);
    }
  }

  /** The Authorization header for a challenge (RFC 9110, 11.6.1, and the token specification of Distribution). */
  async #authorize(challenge: string): Promise<string> {
    const credentials = await this.#options.credentials();
    const basic =
      credentials && `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
    if (/^basic\b/i.test(challenge)) {
      if (basic === undefined) throw this.#accessError("requires a login");
      return basic;
    }
    const parameter = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1];
    const realm = URL.parse(parameter("realm") ?? "");
    if (!/^bearer\b/i.test(challenge) || realm === null)
      throw this.#accessError("requires an unknown kind of login");
    requireSecure(realm);
    const service = parameter("service");
    if (service !== undefined) realm.searchParams.set("service", service);
    realm.searchParams.set("scope", `repository:${this.#options.repository}:pull,push`);
    const response = await fetch(realm, {
      headers: basic === undefined ? {} : { authorization: basic },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw unreachableError(realm.host, error);
    });
    const { token, access_token: accessToken } = (parseJson(await response.text()) ?? {}) as {
      readonly token?: string;
      readonly access_token?: string;
    };
    const found = token ?? accessToken;
    if (!response.ok || found === undefined)
      throw this.#accessError(`rejects the login (${response.status})`);
    return `Bearer ${found}`;
  }

  async #statusError(method: string, response: Response): Promise<OperationError> {
    if (response.status === 401 || response.status === 403)
      return this.#accessError(`rejects the login (${response.status})`);
    const body = parseJson((await response.text()).slice(0, 10_000)) as
      | { readonly errors?: readonly { readonly code?: string; readonly message?: string }[] }
      | undefined;
    const reasons = (body?.errors ?? []).map(({ code, message }) => `${code ?? ""} ${message ?? ""}`.trim());
    const detail = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
    return new OperationError(1, {
      subject: `${this.#options.host}/${this.#options.repository}`,
      rule: `answered ${method} with ${response.status}${detail}`,
      remedy: "Run the upload again: it continues where it ended, and nothing is published yet.",
    });
  }

  #accessError(rule: string): OperationError {
    return new OperationError(3, {
      subject: `${this.#options.host}/${this.#options.repository}`,
      rule,
      remedy: `Log in as a user who may push: skopeo login ${this.#options.host}`,
    });
  }
}

/** Like docker and containerd: the registry of a developer has no certificate. */
function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(host);
}

function requireSecure(url: URL): void {
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.host))) return;
  throw new OperationError(1, {
    subject: url.origin,
    rule: "is an address without TLS, to which the registry leads",
    remedy: "Use a registry that serves HTTPS.",
  });
}

function unreachableError(host: string, error: unknown): OperationError {
  const { cause } = error as { readonly cause?: unknown };
  const reason = errorCode(cause) ?? (cause instanceof Error ? cause.message : errorMessage(error));
  return new OperationError(3, {
    subject: host,
    rule: `cannot be reached (${reason})`,
    remedy:
      "Check the address and the network. Run the upload again to continue it; nothing is published yet.",
  });
}
