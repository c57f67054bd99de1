import type { Values } from "../support/filled-config.ts";
import type { InvalidConfigCase } from "./invalid-config-cases.ts";

const overrideVariables = (values: Values, overrides: Record<string, unknown>): void => {
  values.gameServer.variables = overrides;
};

/** Dangerous mistakes: values that would leak, mislead a reader or bypass a rule. */
export const INJECTION_CASES: readonly InvalidConfigCase[] = [
  {
    title: "an annotation value with line breaks, which could forge lines in a log or terminal",
    change: (values) => {
      values.gateway.exposure.annotations = { "example.com/note": "a\n\u001b[2Jb\0" };
    },
    expectedProblem:
      'spacetime-vr:gateway.exposure.annotations["example.com/note"] is "a\\n\\u001b[2Jb\\u0000": must be one line of printable characters. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "an annotation with a configuration snippet, which could reconfigure the ingress controller",
    change: (values) => {
      values.gateway.exposure.annotations = { "nginx.ingress.kubernetes.io/server-snippet": "return 200;" };
    },
    expectedProblem:
      'spacetime-vr:gateway.exposure.annotations["nginx.ingress.kubernetes.io/server-snippet"] is "return 200;": must not end in -snippet: snippet annotations inject configuration into the controller\'s proxy. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "an annotation that selects another ingress controller than className",
    change: (values) => {
      values.gateway.exposure.annotations = { "kubernetes.io/ingress.class": "other" };
    },
    expectedProblem:
      'spacetime-vr:gateway.exposure.annotations["kubernetes.io/ingress.class"] is "other": must not select a controller: set className of the exposure instead. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "an annotation that makes Pulumi skip awaiting the resource",
    change: (values) => {
      values.gateway.exposure.annotations = { "pulumi.com/skipAwait": "true" };
    },
    expectedProblem:
      'spacetime-vr:gateway.exposure.annotations["pulumi.com/skipAwait"] is "true": must not start with pulumi.com/: such annotations change how Pulumi waits for and replaces resources. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "an annotation that is named like a secret; its value is not shown",
    change: (values) => {
      values.gateway.exposure.annotations = { "example.com/accessKey": "hunter2" };
    },
    expectedProblem:
      'spacetime-vr:gateway.exposure.annotations["example.com/accessKey"]: must not contain a secret: annotations are stored in plaintext. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a kubeconfig context with line breaks",
    environment: "local",
    change: (values) => {
      values.cluster.context = "prod\n\u001b[2J";
    },
    expectedProblem:
      'spacetime-vr:cluster.context is "prod\\n\\u001b[2J": must be one line of printable characters. Correct it in Pulumi.local.yaml.',
  },
  {
    title: "a kubeconfig context that is too long",
    environment: "local",
    change: (values) => {
      values.cluster.context = "x".repeat(254);
    },
    expectedProblem: `spacetime-vr:cluster.context is "${"x".repeat(60)}…": must be at most 253 characters. Correct it in Pulumi.local.yaml.`,
  },
  {
    title: "a URL with a password in plaintext; the password is not shown",
    change: (values) => {
      values.gateway.exposure.annotations = { "example.com/backend": "redis://game:hunter2@redis" };
    },
    expectedProblem:
      'spacetime-vr:gateway.exposure.annotations["example.com/backend"]: must not contain a password or a private key: the value is stored in plaintext. Remove it from Pulumi.production.yaml, and rotate the credential.',
  },
  {
    title: "a private key instead of a name; the key is not shown",
    environment: "local",
    change: (values) => {
      values.cluster.context = "-----BEGIN RSA PRIVATE KEY----- hunter2";
    },
    expectedProblem:
      "spacetime-vr:cluster.context: must not contain a password or a private key: the value is stored in plaintext. Remove it from Pulumi.local.yaml, and rotate the credential.",
  },
  {
    title: "a token pasted as a key, reported by position without its text",
    change: (values) => {
      values.redis = { kind: "in-cluster", storage: "5Gi", resources: values.gateway.resources };
      values.redis.ghp_hunter2hunter2 = "";
    },
    expectedProblem:
      "key 4 of spacetime-vr:redis: is not a known key of spacetime-vr:redis. Remove it from Pulumi.production.yaml.",
  },
  {
    title: "a token pasted as a variable name, reported by position without its text",
    change: (values) => overrideVariables(values, { a1b2c3d4e5f6: "x" }),
    expectedProblem:
      "key 1 of spacetime-vr:gameServer.variables: is not a variable of the game server. Remove it, or choose one of the 119 in docs/reference/config.md.",
  },
  {
    title: "an invalid IP address, with which the server would not start",
    change: (values) => overrideVariables(values, { GODOT_BIND_ADDRESS: "999.999.999.999" }),
    expectedProblem:
      'spacetime-vr:gameServer.variables.GODOT_BIND_ADDRESS is "999.999.999.999": must look like 0.0.0.0. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a network with an invalid prefix length, with which the server would not start",
    change: (values) => overrideVariables(values, { GODOT_HTTP_TRUSTED_PROXIES: "10.0.0.0/33" }),
    expectedProblem:
      'spacetime-vr:gameServer.variables.GODOT_HTTP_TRUSTED_PROXIES is "10.0.0.0/33": must be a comma-separated list whose entries look like 10.0.0.0/8. Correct it in Pulumi.production.yaml.',
  },
];
