import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import type { AccountResource, AwsAccount } from "./account.ts";
import { addOnManifests, CLUSTER_MANIFESTS, type Manifest, webhookOf } from "./eks-manifests.ts";

interface Server {
  readonly endpoint: string;
  /** The CA in base64, as in a kubeconfig. */
  readonly authority: string;
  readonly token: string;
}

const SECOND_MS = 1000;

/** What EKS does in the API server of a cluster: resource types of Auto Mode and of add-ons come and go with them. */
export class EksApi {
  readonly #account: AwsAccount;

  constructor(account: AwsAccount) {
    this.#account = account;
  }

  /** The API server that plays the EKS cluster. */
  static server(kubeconfig: string): Server {
    const config = JSON.parse(readFileSync(kubeconfig, "utf8")) as {
      readonly clusters: readonly {
        readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
      }[];
      readonly users: readonly { readonly user: { readonly token: string } }[];
    };
    const cluster = config.clusters[0]?.cluster;
    return {
      endpoint: cluster?.server ?? "",
      authority: cluster?.["certificate-authority-data"] ?? "",
      token: config.users[0]?.user.token ?? "",
    };
  }

  async created({ type, inputs }: AccountResource): Promise<void> {
    const manifests = manifestsOf(type, inputs.addonName);
    if (manifests.length === 0) return;
    const { webhookSeconds } = this.#account.read().settings;
    const webhook = type === ADD_ON ? webhookOf(String(inputs.addonName)) : undefined;
    for (const manifest of manifests) await this.#send("POST", manifest.collection, manifest.body);
    for (const manifest of manifests) await this.#waitUntilEstablished(manifest);
    if (webhook === undefined || webhookSeconds === 0) return;
    // ACTIVE means that the pods run, not that the API server trusts the certificate of their webhook.
    await this.#send("POST", webhook.collection, webhook.body);
    setTimeout(() => void this.#send("DELETE", webhook.path), webhookSeconds * SECOND_MS);
  }

  async deleted({ type, inputs }: AccountResource): Promise<void> {
    for (const manifest of manifestsOf(type, inputs.addonName)) await this.#send("DELETE", manifest.path);
  }

  async #waitUntilEstablished({ collection, path }: Manifest): Promise<void> {
    if (!collection.endsWith("/customresourcedefinitions")) return;
    for (;;) {
      const found = JSON.parse(await this.#send("GET", path)) as {
        readonly status?: {
          readonly conditions?: readonly { readonly type: string; readonly status: string }[];
        };
      };
      const established = found.status?.conditions?.some(
        ({ type, status }) => type === "Established" && status === "True",
      );
      if (established === true) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #send(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<string> {
    return sendToApi(EksApi.server(this.#account.read().settings.kubeconfig), method, path, body);
  }
}

const ADD_ON = "aws:eks/addon:Addon";

function manifestsOf(type: string, addOn: unknown): readonly Manifest[] {
  if (type === "aws:eks/cluster:Cluster") return CLUSTER_MANIFESTS;
  return type === ADD_ON ? addOnManifests(String(addOn)) : [];
}

/** Sends a request to an API server; what exists already and what is gone already is no failure. */
export function sendToApi(
  { endpoint, authority, token }: Server,
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  body?: object,
): Promise<string> {
  const agent = new Agent({ ca: Buffer.from(authority, "base64") });
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
  };
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, endpoint), { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const status = response.statusCode ?? 0;
        if (status < 300 || status === 404 || status === 409) resolve(text);
        else reject(new Error(`${method} ${path}: ${status} ${text}`));
      });
    });
    call.on("error", reject);
    call.end(body && JSON.stringify(body));
  });
}
