import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import { commonLabels } from "../shared/kubernetes/labels.ts";
import { NAMESPACES } from "../shared/kubernetes/namespaces.ts";
import {
  type ApiClient,
  celValidations,
  celVariables,
  type TemplatePath,
  type ValidationOptions,
} from "./cel-validations.ts";

interface AdmissionPoliciesArgs {
  readonly environment: Environment;
  /** The game server's image without tag and digest, as `registry/name`. */
  readonly gameImage: string;
  /** The ServiceAccounts whose pods may mount a token for the Kubernetes API. */
  readonly apiClients: readonly ApiClient[];
}

type ResourceRule = kubernetes.types.input.admissionregistration.v1.NamedRuleWithOperations;

/** The objects that one policy matches: kinds that have their pod template at the same path. */
interface PolicyScope {
  readonly name: string;
  readonly template: TemplatePath;
  readonly rules: readonly Omit<ResourceRule, "operations">[];
}

/**
 * One policy per path of the pod template, so that the API server can type-check the expressions.
 */
const POLICY_SCOPES: readonly PolicyScope[] = [
  {
    name: "pods",
    template: "object",
    // `kubectl debug` adds containers through the subresource.
    rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods", "pods/ephemeralcontainers"] }],
  },
  {
    // Their pods would be rejected too, but later and without an error for the user.
    name: "workloads",
    template: "object.spec.template",
    rules: [
      {
        apiGroups: ["apps"],
        apiVersions: ["v1"],
        resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
      },
      { apiGroups: ["batch"], apiVersions: ["v1"], resources: ["jobs"] },
    ],
  },
  {
    name: "cron-jobs",
    template: "object.spec.jobTemplate.spec.template",
    rules: [{ apiGroups: ["batch"], apiVersions: ["v1"], resources: ["cronjobs"] }],
  },
];

/** The debug adapter (DAP) and the GDScript language server (LSP). */
const DEBUG_PORTS = [6006, 6005];

/** Existing objects that violate a rule can still be labelled, finalized and deleted; only a new or changed spec is rejected. */
const MATCH_CONDITIONS = [
  { name: "is-not-being-deleted", expression: "!has(object.metadata.deletionTimestamp)" },
  { name: "changes-what-runs", expression: "request.operation == 'CREATE' || object.spec != oldObject.spec" },
];

/** The pod rules of the policy pack as admission policies, which also apply to changes with kubectl. */
export class AdmissionPolicies extends pulumi.ComponentResource {
  constructor(name: string, args: AdmissionPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:admission:Admission", name, {}, opts);
    const isLocal = args.environment === "local";
    const forbiddenPorts = isLocal ? [] : DEBUG_PORTS;
    const options = { gameImage: args.gameImage, forbiddenPorts, apiClients: args.apiClients };
    for (const scope of POLICY_SCOPES) {
      const policy = this.#policy(name, scope, options, args.environment);
      this.#binding(name, scope, policy, args.environment);
    }
    this.registerOutputs({});
  }

  #policy(
    name: string,
    scope: PolicyScope,
    options: ValidationOptions,
    environment: Environment,
  ): pulumi.Resource {
    return new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicy(
      `${name}-${scope.name}-policy`,
      {
        metadata: { name: policyName(scope), labels: policyLabels(scope, environment) },
        spec: {
          // Reject the object if an expression cannot be evaluated.
          failurePolicy: "Fail",
          matchConstraints: {
            namespaceSelector: {
              // Kubernetes sets this label on every namespace, and it cannot be removed.
              matchExpressions: [
                { key: "kubernetes.io/metadata.name", operator: "In", values: [...NAMESPACES] },
              ],
            },
            resourceRules: scope.rules.map((rule) => ({ ...rule, operations: ["CREATE", "UPDATE"] })),
          },
          matchConditions: MATCH_CONDITIONS,
          variables: celVariables(scope.template),
          validations: celValidations(options),
        },
      },
      { parent: this },
    );
  }

  #binding(name: string, scope: PolicyScope, policy: pulumi.Resource, environment: Environment): void {
    new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
      `${name}-${scope.name}-binding`,
      {
        metadata: { name: policyName(scope), labels: policyLabels(scope, environment) },
        spec: {
          policyName: policyName(scope),
          // In local, violations are warnings.
          validationActions: environment === "local" ? ["Audit", "Warn"] : ["Deny"],
        },
      },
      { parent: this, dependsOn: [policy] },
    );
  }
}

function policyName(scope: PolicyScope): string {
  return `spacetime-vr-${scope.name}`;
}

function policyLabels(scope: PolicyScope, environment: Environment): Record<string, string> {
  return { ...commonLabels(`admission-${scope.name}`, environment) };
}
