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

/** Whoever serves with the certificate: a server takes another one without a restart. */
interface ReloadableServer {
  setSecureContext(options: SecureContextOptions): void;
}

/** The server's certificate: read at the start, looked at again every GODOT_TLS_RELOAD_SECONDS. */
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

  /** @throws InputError when the files are missing or do not belong together. */
  async load(): Promise<SecureContextOptions> {
    try {
      this.#pair = this.#expired ? await createSelfSignedCertificate(-1) : await this.#read();
    } catch (error) {
      throw new InputError("The server cannot speak TLS:", [
        {
          subject: "GODOT_TLS_CERT_PATH and GODOT_TLS_KEY_PATH",
          value: `${this.#settings.certPath}, ${this.#settings.keyPath}`,
          rule: `must be a certificate and its key, PEM (${messageOf(error)})`,
          remedy: "Put both there, or switch TLS off with GODOT_TLS_ENABLED=false.",
        },
      ]);
    }
    return this.#context(this.#pair);
  }

  /** Keeps a server's certificate up to date; one without TLS has none. */
  addServer(server: object): void {
    if ("setSecureContext" in server) this.#served.push(server as ReloadableServer);
  }

  /** Unix time in seconds at which the served certificate ends; 0 without one. */
  get notAfter(): number {
    return this.#pair === undefined ? 0 : Date.parse(new X509Certificate(this.#pair.cert).validTo) / 1000;
  }

  get fingerprint(): string | undefined {
    return this.#pair === undefined ? undefined : new X509Certificate(this.#pair.cert).fingerprint256;
  }

  /** Serves with what the files hold now; files that are half written or do not fit leave the old pair in use. */
  async reload(): Promise<void> {
    if (this.#expired) return;
    try {
      const next = await this.#read();
      if (next.cert === this.#pair?.cert && next.key === this.#pair.key) return;
      for (const server of this.#served) server.setSecureContext(this.#context(next));
      this.#pair = next;
      this.#log.info("a renewed certificate is in use", {
        valid_until: new Date(this.notAfter * 1000).toISOString(),
      });
    } catch (error) {
      this.#log.error("the renewed certificate cannot be used", { reason: messageOf(error) });
    }
  }

  async #read(): Promise<CertificateAndKey> {
    const [cert, key] = await Promise.all([
      readFile(this.#settings.certPath, "utf8"),
      readFile(this.#settings.keyPath, "utf8"),
    ]);
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
      throw new Error("the key is another certificate's");
    }
    return { cert, key };
  }

  #context(pair: CertificateAndKey): SecureContextOptions {
    return { ...pair, minVersion: `TLSv${this.#settings.minVersion}` as SecureVersion };
  }
}
