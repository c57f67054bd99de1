import { listClusterRequirements } from "../../../../operations/pulumi/preflight/cluster-requirements.ts";
import type { Kubectl } from "../../../../operations/pulumi/preflight/kubectl.ts";
import { planOf } from "../../../support/plans.ts";

/** The kubectl of an empty cluster that has everything which the plan of local needs, for an administrator. */
export const acceptingKubectl: Kubectl = async (args) => {
  const [command, subject, path = ""] = args;
  if (command === "config")
    return JSON.stringify({ contexts: [{ name: "test" }], "current-context": "test" });
  if (command === "create") return "true\n";
  if (subject === "--raw" && path === "/version") return JSON.stringify({ gitVersion: "v1.36.3" });
  if (subject === "--raw") {
    const { objects } = listClusterRequirements(await planOf("local"));
    return JSON.stringify({ resources: objects.map(({ kind }) => ({ name: kind.toLowerCase(), kind })) });
  }
  const standard = { kind: "StorageClass", metadata: { name: "standard" } };
  return JSON.stringify({ items: subject?.startsWith("storageclasses") === true ? [standard] : [] });
};
