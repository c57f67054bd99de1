import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { SecureContextOptions, SecureVersion } from "node:tls";
import { InputError } from "../components/shared/errors.ts";
import { messageOf } from "./errors.ts";
import type { Logger } from "./observability/logger.ts";
import { createSelfSignedCertificate } from "./self-signed-certificate.ts";
import type { Settings } from "./settings/settings.ts";

interface CertificateAndKey {
  readonly cert: string;
  readonly key: string;
}

/** A TLS server whose certificate can be replaced without a restart. */
interface ReloadableServer {
  setSecureContext(options: SecureContextOptions): void;
}

/** The server certificate, re-read every GODOT_TLS_RELOAD_SECONDS. */
export class TlsCertificate {
  readonly #settings: Settings["tls"];
  readonly #log: Logger;
  readonly #expired: boolean;
  readonly #served: ReloadableServer[] = [];
  #pair: CertificateAndKey | undefined;

  constructor(settings: Settings["tls"], log: Logger, options: { readonly expired: boolean }) {
    this.#settings = settings;
    this.#log = log;
    this.#expired = options.expired;
  }

  /** @throws InputError when a file is missing or the key does not match the certificate. */
  async load(): Promise<SecureContextOptions> {
    try {
      this.#pair = this.#expired ? await createSelfSignedCertificate(-1) : await this.#read();
    } catch (error) {
      throw new InputError("The TLS certificate cannot be loaded:", [
        {
          subject: "GODOT_TLS_CERT_PATH and GODOT_TLS_KEY_PATH",
          value: `${this.#settings.certPath}, ${this.#settings.keyPath}`,
          rule: `must be a PEM certificate and its private key (${messageOf(error)})`,
          remedy: "Provide both files, or disable TLS with GODOT_TLS_ENABLED=false.",
        },
      ]);
    }
    return this.#context(this.#pair);
  }

  /** Registers a server for certificate reloads; servers without TLS are ignored. */
  addServer(server: object): void {
    if ("setSecureContext" in server) this.#served.push(server as ReloadableServer);
  }

  /** Unix time in seconds at which the served certificate expires; 0 without one. */
  get notAfter(): number {
    return this.#pair === undefined ? 0 : Date.parse(new X509Certificate(this.#pair.cert).validTo) / 1000;
  }

  get fingerprint(): string | undefined {
    return this.#pair === undefined ? undefined : new X509Certificate(this.#pair.cert).fingerprint256;
  }

  /** Reloads the files; the current pair stays in use when they are incomplete or do not match. */
  async reload(): Promise<void> {
    if (this.#expired) return;
    try {
      const next = await this.#read();
      if (next.cert === this.#pair?.cert && next.key === this.#pair.key) return;
      for (const server of this.#served) server.setSecureContext(this.#context(next));
      this.#pair = next;
      this.#log.info("TLS certificate reloaded", {
        valid_until: new Date(this.notAfter * 1000).toISOString(),
      });
    } catch (error) {
      this.#log.error("TLS certificate could not be reloaded; the previous one stays in use", {
        reason: messageOf(error),
      });
    }
  }

  async #read(): Promise<CertificateAndKey> {
    const [cert, key] = await Promise.all([
      readFile(this.#settings.certPath, "utf8"),
      readFile(this.#settings.keyPath, "utf8"),
    ]);
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
      throw new Error("the key does not match the certificate");
    }
    return { cert, key };
  }

  #context(pair: CertificateAndKey): SecureContextOptions {
    return { ...pair, minVersion: `TLSv${this.#settings.minVersion}` as SecureVersion };
  }
}
