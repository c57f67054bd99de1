import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { nameWithContentHash } from "../shared/content-hash.ts";
import type { Environment } from "../shared/environments.ts";
import { commonLabels } from "../shared/kubernetes/labels.ts";
import type { Namespace } from "../shared/kubernetes/namespaces.ts";
import {
  type CredentialName,
  DATA_ENCRYPTION_KEYS,
  SECRET_NAMES,
  type SecretName,
} from "../shared/secret-names.ts";
import { credentialDigest } from "./credential-digest.ts";
import {
  SECRET_OBJECTS,
  type SecretEntry,
  type SecretObjectName,
  type SecretObjectSpec,
} from "./secret-objects.ts";

interface SecretsArgs {
  readonly environment: Environment;
  /** Increasing a version generates a new value. @default 1 for each */
  readonly versions: Partial<Readonly<Record<SecretName, number>>>;
  /**
   * The credentials of the encrypted config in plaintext; the component marks them as Pulumi secrets. `databasePassword`
   * replaces the generated application password for an external database.
   */
  readonly credentials: Partial<Readonly<Record<CredentialName, string>>>;
}

/** A reference of a pod to a key of a Secret object. */
interface SecretKeyReference {
  readonly name: string;
  readonly key: string;
}

/** Size of a generated secret in bytes: 256 bits as in the seed documents, the key size of AES-256. */
const SECRET_BYTES = 32;

/**
 * The 13 generated secrets and the Secret objects that contain them. The objects are immutable, and their names contain the
 * versions of their values: a rotation creates a new object and restarts only the pods that use it.
 */
export class Secrets extends pulumi.ComponentResource {
  /** The Kubernetes names of the Secret objects. */
  readonly objectNames: Readonly<Record<SecretObjectName, string>>;
  /** The generated values; each a secret output. */
  readonly values: ReadonlyMap<SecretName, pulumi.Output<string>>;

  readonly #args: SecretsArgs;

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:secrets:Secrets", name, {}, opts);
    this.#args = args;
    const provider = new random.Provider(`${name}-random`, {}, { parent: this });
    this.values = new Map(SECRET_NAMES.map((secret) => [secret, this.#generate(name, secret, provider)]));
    const objects = SECRET_OBJECTS.map((layout) => [layout.name, this.#secretObject(name, layout)] as const);
    this.objectNames = Object.fromEntries(objects) as Record<SecretObjectName, string>;
    this.registerOutputs({ objectNames: this.objectNames });
  }

  /** The Secret object and key of a generated secret in a namespace. */
  reference(namespace: Namespace, secret: SecretName): SecretKeyReference {
    const layouts: readonly SecretObjectSpec[] = SECRET_OBJECTS;
    const layout = layouts.find(
      (candidate) =>
        candidate.namespace === namespace &&
        candidate.entries.some((entry) => entry.kind === "generated" && entry.secret === secret),
    );
    if (layout === undefined)
      throw new Error(`No Secret object in the namespace ${namespace} contains ${secret}.`);
    return { name: this.objectNames[layout.name as SecretObjectName], key: secret };
  }

  /** Hexadecimal for Redis, because ElastiCache rejects some base64 characters. */
  #generate(name: string, secret: SecretName, provider: random.Provider): pulumi.Output<string> {
    const bytes = new random.RandomBytes(
      `${name}-${secret}`,
      { length: SECRET_BYTES, keepers: { version: String(this.#version(secret)) } },
      // Without these keys, the data encrypted with them is lost.
      {
        parent: this,
        provider,
        protect: this.#args.environment === "production" && isDataEncryptionKey(secret),
      },
    );
    return pulumi.secret(secret === "redis-password" ? bytes.hex : bytes.base64);
  }

  #secretObject(name: string, layout: SecretObjectSpec): string {
    const present = layout.entries.filter((entry) => this.#isPresent(entry));
    const metadataName = nameWithContentHash(
      layout.name,
      present.map((entry) => this.#identity(entry)),
    );
    new kubernetes.core.v1.Secret(
      `${name}-${layout.name}`,
      {
        metadata: {
          name: metadataName,
          namespace: layout.namespace,
          labels: { ...commonLabels(layout.name, this.#args.environment) },
        },
        immutable: true,
        stringData: Object.fromEntries(present.map((entry) => [entryKey(entry), this.#value(entry)])),
      },
      { parent: this },
    );
    return metadataName;
  }

  #version(secret: SecretName): number {
    return this.#args.versions[secret] ?? 1;
  }

  #isPresent(entry: SecretEntry): boolean {
    return entry.kind === "generated" || this.#args.credentials[entry.credential] !== undefined;
  }

  /** The provided credential that replaces a generated value, if any. */
  #providedCredential(entry: SecretEntry): string | undefined {
    if (entry.kind === "given") return this.#args.credentials[entry.credential];
    return entry.secret === "postgres-app-password" ? this.#args.credentials.databasePassword : undefined;
  }

  #identity(entry: SecretEntry): string {
    const credential = this.#providedCredential(entry);
    if (credential !== undefined)
      return `${entryKey(entry)}=${credentialDigest(entryKey(entry), credential, this.#args.environment)}`;
    return entry.kind === "generated" ? `${entry.secret}@${this.#version(entry.secret)}` : entryKey(entry);
  }

  #value(entry: SecretEntry): pulumi.Output<string> {
    const credential = this.#providedCredential(entry);
    if (credential !== undefined) return pulumi.secret(credential);
    const value = entry.kind === "generated" ? this.values.get(entry.secret) : undefined;
    if (value === undefined) throw new Error(`${entryKey(entry)} has no value.`);
    return value;
  }
}

function isDataEncryptionKey(secret: SecretName): boolean {
  return (DATA_ENCRYPTION_KEYS as readonly SecretName[]).includes(secret);
}

function entryKey(entry: SecretEntry): string {
  return entry.kind === "generated" ? entry.secret : entry.credential;
}
