import { CreationOrder } from "../../../plan/creation-order.ts";
import type { Plan, PlannedResource } from "../../../plan/plan.ts";
import type { AccountResource } from "../../e2e/engine/plugins/aws/account.ts";
import { REFERENCE_KINDS, valuesAt } from "../../e2e/engine/plugins/aws/references.ts";
import { AWS_TYPES } from "../../e2e/engine/plugins/aws/types/index.ts";

/** Two resources of which the first cannot be created, or cannot work, before the second exists. */
interface OrderedPair {
  readonly later: PlannedResource;
  readonly earlier: PlannedResource;
}

interface OrderRule {
  readonly name: string;
  readonly pairs: (plan: Plan) => readonly OrderedPair[];
}

// biome-ignore lint/suspicious/noExplicitAny: the shape depends on the type of the resource
const inputsOf = ({ inputs }: PlannedResource): any => inputs;

function ofType({ resources }: Plan, ...suffixes: string[]): PlannedResource[] {
  return resources.filter(({ type }) => suffixes.some((suffix) => type.endsWith(suffix)));
}

/** All pairs of two lists that belong together. */
function pairUp(
  later: readonly PlannedResource[],
  earlier: readonly PlannedResource[],
  belongs: (later: PlannedResource, earlier: PlannedResource) => boolean,
): OrderedPair[] {
  return later.flatMap((one) =>
    earlier.filter((other) => belongs(one, other)).map((other) => ({ later: one, earlier: other })),
  );
}

/** A resource of a plan as the AWS double would hold it: the placeholders of the plan take the place of computed values. */
function asCreated({ type, name, inputs }: PlannedResource): AccountResource {
  const id = `${name}-id`;
  const outputs = { arn: `generated:${name}.arn`, keyId: `generated:${name}.keyId` };
  return { type, id, inputs, outputs, createdAt: 0 };
}

/** Every value with which a resource names another one of the plan, as AWS checks it at the time of the call. */
function namedPairs(plan: Plan): OrderedPair[] {
  return plan.resources.flatMap((later) =>
    Object.entries(AWS_TYPES[later.type]?.references ?? {}).flatMap(([path, reference]) => {
      const kind = REFERENCE_KINDS[typeof reference === "string" ? reference : reference.name];
      const values = valuesAt(later.inputs, path);
      return plan.resources
        .filter(
          (earlier) =>
            earlier.type === kind.type &&
            earlier !== later &&
            kind.names(asCreated(earlier)).some((name) => name !== undefined && values.includes(name)),
        )
        .map((earlier) => ({ later, earlier }));
    }),
  );
}

const WORKLOADS = [":Deployment", ":StatefulSet", ":DaemonSet", ":Job", ":CronJob"];

const metadataOf = (resource: PlannedResource): { readonly name?: string; readonly namespace?: string } =>
  inputsOf(resource).metadata ?? {};

/** The names of a kind of object that the pods of a workload use. */
function usedNames(resource: PlannedResource, field: RegExp): string[] {
  const found: string[] = [];
  const visit = (value: unknown, key: string, parent: string): void => {
    if (typeof value === "string" && field.test(`${parent}.${key}`)) found.push(value);
    if (Array.isArray(value)) for (const element of value) visit(element, key, parent);
    else if (typeof value === "object" && value !== null)
      for (const [inner, content] of Object.entries(value)) visit(content, inner, key);
  };
  visit(inputsOf(resource).spec, "spec", "");
  return found;
}

function usedBy(kind: string, field: RegExp): OrderRule {
  return {
    name: `pods start after the ${kind} objects that they use`,
    pairs: (plan) =>
      pairUp(
        ofType(plan, ...WORKLOADS),
        ofType(plan, `:${kind}`).filter(({ type }) => type.startsWith("kubernetes:")),
        (workload, object) =>
          metadataOf(workload).namespace === metadataOf(object).namespace &&
          usedNames(workload, field).includes(String(metadataOf(object).name)),
      ),
  };
}

const sameBucket = (one: PlannedResource, other: PlannedResource): boolean =>
  inputsOf(one).bucket === inputsOf(other).bucket;

const isApi = (resource: PlannedResource, group: string): boolean =>
  resource.type.startsWith(`kubernetes:${group}/`);

/** What cannot be created, or works wrongly, in another order. */
export const ORDER_RULES: readonly OrderRule[] = [
  { name: "what an AWS resource names exists", pairs: namedPairs },
  {
    name: "a cluster has its permissions and its log group before it starts",
    pairs: (plan) => [
      ...pairUp(
        ofType(plan, ":Cluster"),
        ofType(plan, ":RolePolicyAttachment", ":RolePolicy"),
        (cluster, policy) =>
          /-(cluster|node)$/.test(inputsOf(policy).role) &&
          policy.type.startsWith("aws:") &&
          cluster.type.startsWith("aws:eks/"),
      ),
      ...pairUp(
        ofType(plan, "eks/cluster:Cluster"),
        ofType(plan, ":LogGroup"),
        (cluster, group) => inputsOf(group).name === `/aws/eks/${inputsOf(cluster).name}/cluster`,
      ),
    ],
  },
  {
    name: "a NAT gateway has a way to the internet",
    pairs: (plan) =>
      pairUp(
        ofType(plan, ":NatGateway"),
        ofType(plan, ":InternetGateway", ":Route"),
        (_gateway, target) =>
          target.type.endsWith(":InternetGateway") || inputsOf(target).gatewayId !== undefined,
      ),
  },
  {
    name: "flow logs start after the permission to write them",
    pairs: (plan) =>
      pairUp(ofType(plan, ":FlowLog"), ofType(plan, ":RolePolicy"), (_log, policy) =>
        String(inputsOf(policy).role).endsWith("-flow-logs"),
      ),
  },
  {
    name: "a bucket is versioned before it is locked, expires and replicates, and closed before it has a policy",
    pairs: (plan) => [
      ...pairUp(
        ofType(
          plan,
          ":BucketObjectLockConfiguration",
          ":BucketLifecycleConfiguration",
          ":BucketReplicationConfig",
        ),
        ofType(plan, ":BucketVersioning"),
        sameBucket,
      ),
      ...pairUp(ofType(plan, ":BucketPolicy"), ofType(plan, ":BucketPublicAccessBlock"), sameBucket),
      // The copies need the versions of the target too.
      ...pairUp(
        ofType(plan, ":BucketReplicationConfig"),
        ofType(plan, ":BucketVersioning", ":BucketObjectLockConfiguration"),
        () => true,
      ),
    ],
  },
  {
    name: "replication starts after the permission to copy",
    pairs: (plan) =>
      pairUp(ofType(plan, ":BucketReplicationConfig"), ofType(plan, ":RolePolicy"), (_config, policy) =>
        String(inputsOf(policy).role).endsWith("-backup-replication"),
      ),
  },
  {
    name: "a database finds its log groups, so that it does not create them without encryption",
    pairs: (plan) =>
      pairUp(ofType(plan, "rds/instance:Instance"), ofType(plan, ":LogGroup"), (instance, group) =>
        String(inputsOf(group).name).startsWith(`/aws/rds/instance/${inputsOf(instance).identifier}/`),
      ),
  },
  {
    name: "events are published only after the policy of the topic allows it",
    pairs: (plan) =>
      pairUp(ofType(plan, ":EventSubscription"), ofType(plan, ":TopicPolicy"), (subscription, policy) =>
        [inputsOf(subscription).snsTopic].includes(inputsOf(policy).arn),
      ),
  },
  {
    name: "the Kubernetes provider is configured after its caller has access to the cluster",
    pairs: (plan) =>
      pairUp(
        ofType(plan, "pulumi:providers:kubernetes"),
        ofType(plan, ":AccessPolicyAssociation", ":AccessEntry"),
        () => true,
      ),
  },
  {
    name: "add-ons start after the nodes for their pods and the IAM roles of these",
    pairs: (plan) => [
      ...pairUp(ofType(plan, ":Addon"), ofType(plan, ":NodePool"), () => true),
      ...pairUp(
        ofType(plan, ":Addon"),
        ofType(plan, ":PodIdentityAssociation"),
        (addOn, association) => inputsOf(association).namespace === inputsOf(addOn).addonName,
      ),
    ],
  },
  {
    name: "nodes start after network policies are enforced and their class exists",
    pairs: (plan) => [
      ...pairUp(ofType(plan, ":NodePool"), ofType(plan, ":NodeClass"), () => true),
      ...pairUp(
        ofType(plan, ":NodeClass"),
        ofType(plan, ":ConfigMap"),
        (_nodeClass, map) => metadataOf(map).name === "amazon-vpc-cni",
      ),
    ],
  },
  {
    name: "objects of cert-manager are created after its add-on",
    pairs: (plan) =>
      pairUp(
        plan.resources.filter((resource) => isApi(resource, "cert-manager.io")),
        ofType(plan, ":Addon"),
        (_object, addOn) => inputsOf(addOn).addonName === "cert-manager",
      ),
  },
  {
    name: "a Certificate is requested after its issuer exists",
    pairs: (plan) =>
      pairUp(
        ofType(plan, ":Certificate"),
        ofType(plan, ":ClusterIssuer"),
        (certificate, issuer) => inputsOf(certificate).spec.issuerRef.name === metadataOf(issuer).name,
      ),
  },
  {
    name: "an issuer is created after the Certificate whose key it signs with",
    pairs: (plan) =>
      pairUp(
        ofType(plan, ":ClusterIssuer"),
        ofType(plan, ":Certificate"),
        (issuer, certificate) =>
          inputsOf(issuer).spec.ca?.secretName !== undefined &&
          inputsOf(issuer).spec.ca.secretName === inputsOf(certificate).spec.secretName,
      ),
  },
  {
    name: "objects are created in namespaces that exist",
    pairs: (plan) =>
      pairUp(
        plan.resources.filter(({ type }) => type.startsWith("kubernetes:")),
        ofType(plan, ":Namespace"),
        (object, namespace) => metadataOf(object).namespace === metadataOf(namespace).name,
      ),
  },
  {
    name: "pods start after the network policies of their namespace",
    pairs: (plan) =>
      pairUp(
        ofType(plan, ...WORKLOADS),
        ofType(plan, ":NetworkPolicy"),
        (workload, policy) =>
          metadataOf(workload).namespace === metadataOf(policy).namespace &&
          (metadataOf(policy).name === "default-deny" ||
            metadataOf(policy).name ===
              inputsOf(workload).spec.template?.metadata?.labels?.["app.kubernetes.io/name"]),
      ),
  },
  usedBy("Secret", /^(secret|secretRef|secretKeyRef)\.(secretName|name)$/),
  usedBy("Certificate", /^secret\.(secretName|name)$/),
  usedBy("ConfigMap", /^(configMap|configMapRef|configMapKeyRef)\.name$/),
  {
    name: "pods with an IAM role start after its association",
    pairs: (plan) =>
      pairUp(
        ofType(plan, ...WORKLOADS),
        ofType(plan, ":PodIdentityAssociation"),
        (workload, association) =>
          metadataOf(workload).namespace === inputsOf(association).namespace &&
          inputsOf(workload).spec.template?.spec?.serviceAccountName === inputsOf(association).serviceAccount,
      ),
  },
  {
    name: "an alarm watches what exists",
    pairs: (plan) =>
      pairUp(
        ofType(plan, ":MetricAlarm"),
        ofType(plan, "rds/instance:Instance", ":ReplicationGroup", "s3/bucket:Bucket"),
        (alarm, watched) => {
          const { identifier, replicationGroupId, bucket } = inputsOf(watched);
          const values: string[] = Object.values(inputsOf(alarm).dimensions ?? {});
          return values.some(
            (value) => value === identifier || value === bucket || value.startsWith(`${replicationGroupId}-`),
          );
        },
      ),
  },
  {
    name: "a binding of an admission policy finds its policy",
    pairs: (plan) =>
      pairUp(
        ofType(plan, ":ValidatingAdmissionPolicyBinding"),
        ofType(plan, ":ValidatingAdmissionPolicy"),
        (binding, policy) => inputsOf(binding).spec.policyName === metadataOf(policy).name,
      ),
  },
  {
    name: "a public address is opened after the pods behind it",
    pairs: (plan) =>
      pairUp(
        [
          ...ofType(plan, ":Ingress"),
          ...ofType(plan, ":Service").filter(({ name }) => name === "gateway-service"),
        ],
        ofType(plan, ":Deployment").filter(({ name }) => name === "gateway-deployment"),
        () => true,
      ),
  },
  {
    name: "claims find their storage class",
    pairs: (plan) => pairUp(ofType(plan, ":StatefulSet"), ofType(plan, ":StorageClass"), () => true),
  },
  {
    name: "the game server starts after its databases, and the gateway after the game server",
    pairs: (plan) => [
      ...pairUp(
        ofType(plan, ":Deployment").filter(({ name }) => name.startsWith("game-server")),
        [
          ...ofType(plan, ":Instance", ":ReplicationGroup"),
          ...ofType(plan, ":Job").filter(({ name }) => name.startsWith("database-bootstrap")),
          ...ofType(plan, ":StatefulSet").filter(({ name }) => /^(postgres|redis)/.test(name)),
        ],
        () => true,
      ),
      ...pairUp(
        ofType(plan, ":Deployment").filter(({ name }) => name.startsWith("gateway")),
        ofType(plan, ":Deployment").filter(({ name }) => name.startsWith("game-server")),
        () => true,
      ),
    ],
  },
];

/** What the order of a plan breaks, as `rule: later before earlier`. */
export function findOrderViolations(plan: Plan): string[] {
  const order = new CreationOrder(plan);
  return ORDER_RULES.flatMap(({ name, pairs }) =>
    pairs(plan)
      .filter(({ later, earlier }) => !order.isAfter(later, earlier))
      .map(({ later, earlier }) => `${name}: ${later.name} may be created before ${earlier.name}`),
  );
}
