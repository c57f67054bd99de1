import { generateKeyPair, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

/** The node of a test cluster whose pods run. */
export const MACHINE_NAME = "machine";

/** The users of the API server. Kubernetes grants its own roles to these names. */
const users = {
  admin: { name: "admin", groups: "system:masters" },
  kwok: { name: "kwok", groups: "system:masters" },
  "kube-controller-manager": { name: "system:kube-controller-manager", groups: "" },
  "kube-scheduler": { name: "system:kube-scheduler", groups: "" },
  kubelet: { name: `system:node:${MACHINE_NAME}`, groups: "system:nodes" },
  "kube-proxy": { name: "system:kube-proxy", groups: "" },
} as const;

/** A user of the API server. */
type User = keyof typeof users;

/** The secrets of one control plane, which are deleted with its directory. */
export interface Credentials {
  readonly tokens: Readonly<Record<User, string>>;
  /** Maps tokens to users for the API server. */
  readonly tokenFile: string;
  /** Signs service account tokens. */
  readonly serviceAccountKey: string;
}

/** Creates the secrets as files that only the owner can read, so that none is an argument of a process. */
export async function createCredentials(directory: string): Promise<Credentials> {
  const tokenFile = path.join(directory, "tokens.csv");
  const serviceAccountKey = path.join(directory, "service-account.key");
  const names = Object.keys(users) as User[];
  const tokens = Object.fromEntries(names.map((user) => [user, randomBytes(32).toString("base64url")]));
  const rows = names.map(
    (user) => `${tokens[user]},${users[user].name},${users[user].name},"${users[user].groups}"\n`,
  );
  const { privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  await writeSecret(tokenFile, rows.join(""));
  await writeSecret(serviceAccountKey, privateKey);
  return { tokens: tokens as Record<User, string>, tokenFile, serviceAccountKey };
}

/** The connection data of a kubeconfig. */
export interface ApiAccess {
  readonly server: string;
  /** The CA as PEM. */
  readonly authority: string;
  readonly token: string;
}

/** Writes a self-contained kubeconfig, which can be copied anywhere (JSON is valid YAML). */
export async function writeKubeconfig(file: string, access: ApiAccess): Promise<void> {
  const name = "spacetime-vr-test";
  const authority = Buffer.from(access.authority).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: access.server, "certificate-authority-data": authority } }],
    users: [{ name, user: { token: access.token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: "default" } }],
    "current-context": name,
  };
  await writeSecret(file, `${JSON.stringify(config, undefined, 2)}\n`);
}

async function writeSecret(file: string, content: string): Promise<void> {
  await writeFile(file, content, { mode: 0o600 });
}
