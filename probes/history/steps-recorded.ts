import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { ManagedObject } from "../sources/field-managers.ts";
import type { PlannedObject } from "../target/target.ts";
import { NO_LEDGER } from "./restore-point.ts";
import type { UpdateHistory } from "./update-history.ts";

/** More names would hide the reason. */
const MAX_NAMES = 4;

function formatList(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
  return `${names.slice(0, MAX_NAMES).join(", ")}${more}`;
}

/** Every update in Pulumi's history must be in the ledger: `pulumi up` alone writes only the former. */
export function evaluateRecordedUpdates({ updates, stackUpdates }: UpdateHistory): Verdict {
  if (stackUpdates === undefined)
    return notApplicable("the stack's own history was not read: install the Pulumi CLI");
  if (stackUpdates.length === 0) return notApplicable("the stack has no update");
  const recorded = new Set(updates.map(({ id }) => id));
  const missing = stackUpdates.filter(({ id }) => !recorded.has(id));
  return passIf(missing.length === 0, {
    reason: "Some updates of the stack are not in the ledger.",
    expected: `all ${stackUpdates.length} updates`,
    seen: `not recorded: ${formatList(missing.map(({ id }) => id))}`,
    remedy: "Deploy only with `npm run up` and `npm run rollback`; deploy this commit again to record it.",
  });
}

/** The clients that write to objects of the program without an operator: Pulumi, and controllers of the cluster and the cloud. */
const EXPECTED_MANAGERS =
  /^(pulumi|kube-|kubelet|cloud-controller|cert-manager|external-dns|csi-|eks|aws-|vpc-|karpenter|hpa|horizontal-pod-autoscaler|nginx|ingress|traefik|coredns)/;

/** A write to a subresource reports a state, or scales; both belong to controllers. */
function isManual({ name, subresource }: ManagedObject["managers"][number]): boolean {
  return subresource === undefined && !EXPECTED_MANAGERS.test(name);
}

/**
 * Objects of the program whose fields another client has changed, such as `kubectl edit`. A client that changes the only field of Pulumi
 * takes it over, so planned objects count even if Pulumi owns nothing of them any more.
 */
export function evaluateFieldManagers(
  objects: readonly ManagedObject[],
  planned: readonly PlannedObject[] = [],
): Verdict {
  const isOfPulumi = ({ managers }: ManagedObject): boolean =>
    managers.some(({ name }) => name.startsWith("pulumi"));
  const names = new Set(
    planned.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`),
  );
  const own = objects.filter((one) => isOfPulumi(one) || names.has(one.object));
  if (!own.some(isOfPulumi)) return notApplicable("no object in the cluster was created by Pulumi");
  const changed = own.flatMap(({ object, managers }) =>
    managers
      .filter(isManual)
      .map(({ name, time }) => `${object} by ${name}${time === undefined ? "" : ` at ${time}`}`),
  );
  return passIf(changed.length === 0, {
    reason: "Some objects were changed manually.",
    expected: `${own.length} objects that only Pulumi and controllers have written`,
    seen: formatList(changed),
    remedy:
      "Run `npm run preview -- <environment> --refresh` and revert the change, or include it in the program.",
  });
}

export const stepsRecorded = defineCheck({
  suite: "history",
  name: "steps-recorded",
  title: "Every update is in the ledger, and no object of the cluster was changed manually.",
  findings: ["in-ledger", "no-manual-change"],
  async run({ history, fieldManagers, target }) {
    return {
      findings: {
        "in-ledger":
          history === undefined ? notApplicable(NO_LEDGER) : evaluateRecordedUpdates(await history()),
        "no-manual-change":
          fieldManagers === undefined
            ? notApplicable("the target is not a cluster; name the environment instead of a URL")
            : evaluateFieldManagers(await fieldManagers(), target.planned),
      },
    };
  },
});
