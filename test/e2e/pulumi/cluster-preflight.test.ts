import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { destroy } from "../../../operations/pulumi/deploy/destroy.ts";
import { preview } from "../../../operations/pulumi/deploy/preview.ts";
import { up } from "../../../operations/pulumi/deploy/up.ts";
import type { Kubectl } from "../../../operations/pulumi/preflight/kubectl.ts";
import type { StackContext } from "../../../operations/pulumi/stack-context.ts";
import { runKubectl } from "../../../probes/sources/kubectl.ts";
import { StackFixture } from "../../operations/pulumi/support/stack-fixture.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";

const START_TIMEOUT_MS = 40 * 60_000;
const TEST_TIMEOUT_MS = 3 * 60_000;

/** What the user may change completely: everything of the plan in a namespace except Secrets and Services. */
const ALLOWED_RESOURCES = [
  ...["configmaps", "serviceaccounts", "deployments", "statefulsets", "daemonsets", "jobs"],
  ...["networkpolicies", "poddisruptionbudgets", "roles", "rolebindings"],
];

/** A user who may not change Secrets, not delete Services, and nothing cluster-wide. */
const LIMITED_USER = [
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "limited" },
    rules: [
      { apiGroups: ["*"], resources: ALLOWED_RESOURCES, verbs: ["*"] },
      { apiGroups: [""], resources: ["services"], verbs: ["create", "get", "patch"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "limited" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "limited" },
    subjects: [{ kind: "User", name: "limited" }],
  },
];

describe("before an update, with a real Kubernetes API", () => {
  let plane: ControlPlane;
  let scene: StackFixture;
  let kubeconfig: string;
  /** More arguments of kubectl, such as the user that it acts as. */
  let kubectlArgs: readonly string[];
  const yes = { yes: true, interactive: false };

  beforeAll(async () => {
    plane = await startControlPlane({ existing: false });
    await plane.kubectl(["apply", "--filename", "-"], {
      apiVersion: "v1",
      kind: "List",
      items: LIMITED_USER,
    });
  }, START_TIMEOUT_MS);

  afterAll(async () => plane?.stop(), START_TIMEOUT_MS);

  beforeEach(() => {
    scene = new StackFixture();
    writeFileSync(join(scene.directory, "Pulumi.local.yaml"), readFileSync("Pulumi.local.yaml"));
    kubeconfig = plane.kubeconfig;
    kubectlArgs = [];
  });

  afterEach(() => scene.remove());

  function context(): StackContext {
    const kubectl: Kubectl = (args) =>
      runKubectl([...args, ...kubectlArgs], { kubeconfig, signal: AbortSignal.timeout(TEST_TIMEOUT_MS) });
    return { ...scene.context("local"), kubectl };
  }

  const upError = (): Promise<{ exitCode: number; message: string }> =>
    up(context(), yes).then(
      () => Promise.reject(new Error("the update was not rejected")),
      (error) => error,
    );

  /** The state of a stack whose namespaces have these UIDs, as `pulumi stack export` prints it. */
  function deployTo(uids: Readonly<Record<string, string>>): void {
    const resources = Object.entries(uids).map(([name, uid]) => ({
      urn: `urn:pulumi:local::spacetime-vr::kubernetes:core/v1:Namespace::${name}`,
      type: "kubernetes:core/v1:Namespace",
      outputs: { metadata: { name, uid } },
    }));
    scene.answer({ "stack export": { stdout: JSON.stringify({ version: 3, deployment: { resources } }) } });
  }

  test(
    "without a kubeconfig nothing is created, and the message says what to set",
    async () => {
      kubeconfig = join(scene.directory, "none");
      writeFileSync(kubeconfig, "");
      const { exitCode, message } = await upError();
      expect(exitCode).toBe(3);
      expect(message).toMatch(/^the kubeconfig: has no context.*Set KUBECONFIG to the file of your cluster/);
      expect(scene.verbs()).not.toContain("up");
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "an API server that does not respond ends with exit code 3 and the reason of kubectl",
    async () => {
      kubeconfig = join(scene.directory, "stopped");
      const server = "https://127.0.0.1:1";
      const config = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "a", cluster: { server } }],
        users: [{ name: "a", user: { token: "unused" } }],
        contexts: [{ name: "stopped", context: { cluster: "a", user: "a" } }],
        "current-context": "stopped",
      };
      writeFileSync(kubeconfig, JSON.stringify(config));
      const { exitCode, message } = await upError();
      expect(exitCode).toBe(3);
      expect(message).toMatch(/^the cluster of local is "stopped": cannot be read: kubectl .*127\.0\.0\.1:1/);
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "a missing storage class and a node port in use are reported together; with both fixed, Pulumi runs",
    async () => {
      const service = ["create", "service", "nodeport", "other", "--tcp=80", "--node-port=30443"];
      await plane.kubectl(service);
      const { exitCode, message } = await upError();
      expect(exitCode).toBe(1);
      expect(message.split("\n")).toEqual([
        "local cannot be updated yet:",
        expect.stringMatching(
          /^ {2}- the storage class is "standard": does not exist, and spacetime-backup\/backup-repository, spacetime\/postgres/,
        ),
        expect.stringMatching(
          /^ {2}- the node port of spacetime\/gateway is "30443": is used by the Service default\/other/,
        ),
      ]);
      expect(scene.verbs()).not.toContain("up");
      await plane.kubectl(["delete", "service", "other"]);
      await plane.createVolumes({ storageClass: "standard", count: 1 });
      await up(context(), yes);
      expect(scene.verbs()).toContain("up");
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "permissions that the plan needs are named for each namespace",
    async () => {
      kubectlArgs = ["--as", "limited"];
      const { message } = await upError();
      expect(message).toMatch(
        /permission for cluster-wide objects: is missing: .*\(create, get, patch, delete\)/,
      );
      expect(message).toMatch(
        /permission in the namespace spacetime: is missing: (secrets \(create, get, patch, delete\)|services \(delete\)|, ){3}\. Ask an administrator/,
      );
      expect(message).not.toMatch(/(configmaps|deployments\.apps) \(/);
      expect(scene.notes).toContain(
        "Storage classes are not checked before the update: this user may not list them.",
      );
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "the cluster that was deployed to is recognized by the UID of its namespaces",
    async () => {
      await plane.kubectl(["create", "namespace", "spacetime"]);
      const uid = await plane.kubectl([
        "get",
        "namespace",
        "spacetime",
        "--output",
        "jsonpath={.metadata.uid}",
      ]);
      deployTo({ spacetime: uid, "spacetime-monitoring": "deleted-by-hand" });
      await up(context(), yes);
      expect(scene.verbs()).toContain("up");
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "another cluster than the deployed one gets neither an update, nor a preview, nor a destruction",
    async () => {
      deployTo({ spacetime: "of-another-cluster" });
      const message = /is not the one that local was deployed to: none of its namespaces \(spacetime\)/;
      await expect(up(context(), yes)).rejects.toThrow(message);
      await expect(up(context(), { ...yes, resume: true })).rejects.toThrow(message);
      await expect(preview(context())).rejects.toThrow(message);
      await expect(destroy(context(), yes)).rejects.toThrow(message);
      expect(scene.verbs().filter((verb) => ["up", "preview", "destroy", "refresh"].includes(verb))).toEqual(
        [],
      );
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "a preview runs without a cluster, and says what would reject an update",
    async () => {
      kubeconfig = join(scene.directory, "none");
      writeFileSync(kubeconfig, "");
      await preview(context());
      expect(scene.verbs()).toContain("preview");
      expect(scene.notes.join("\n")).toMatch(
        /warning: `up` would reject local:\n {2}- the kubeconfig: has no context/,
      );
    },
    TEST_TIMEOUT_MS,
  );
});
