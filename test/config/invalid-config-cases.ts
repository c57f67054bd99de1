import type { Environment } from "../../components/shared/environments.ts";
import { LEAF_CERTIFICATE } from "../support/certificates.ts";
import { useExistingCluster, type Values } from "../support/filled-config.ts";

/** A mistake in a stack file and the expected problem. */
export interface InvalidConfigCase {
  readonly title: string;
  readonly environment?: Environment;
  readonly change: (values: Values) => void;
  /** Keys that Pulumi would mark as secret. */
  readonly secretKeys?: readonly string[];
  /** The only problem, as it is printed. */
  readonly expectedProblem: string;
}

const overrideVariables = (values: Values, overrides: Record<string, unknown>): void => {
  values.gameServer.variables = overrides;
};

/** One case for each kind of mistake. */
export const INVALID_CONFIG_CASES: readonly InvalidConfigCase[] = [
  {
    title: "a misspelt section, which is not also reported as missing",
    change: (values) => {
      values.gatway = values.gateway;
      delete values.gateway;
    },
    expectedProblem: "spacetime-vr:gatway: is not a known key of spacetime-vr. Did you mean gateway?",
  },
  {
    title: "a misspelt key in a section, with the nearest valid key",
    environment: "local",
    change: (values) => {
      values.cluster.zone = values.cluster.zones;
      delete values.cluster.zones;
    },
    expectedProblem:
      "spacetime-vr:cluster.zone: is not a known key of spacetime-vr:cluster. Did you mean zones?",
  },
  {
    title: "a misspelt key in a list and a union, with the nearest key of that alternative",
    change: (values) => {
      values.gameServer.pools[0].scaling.targetCPU = 1;
    },
    expectedProblem:
      "spacetime-vr:gameServer.pools[0].scaling.targetCPU: is not a known key of spacetime-vr:gameServer.pools[0].scaling. Remove it from Pulumi.production.yaml.",
  },
  {
    title: "an unknown key without a similar valid key, which should be removed",
    change: (values) => {
      values.gateway.colour = "red";
    },
    expectedProblem:
      "spacetime-vr:gateway.colour: is not a known key of spacetime-vr:gateway. Remove it from Pulumi.production.yaml.",
  },
  {
    title: "a missing value, with its format",
    change: (values) => {
      delete values.gameServer.drainSeconds;
    },
    expectedProblem:
      "spacetime-vr:gameServer.drainSeconds: is missing. Set it to a whole number from 10 to 3600 in Pulumi.production.yaml.",
  },
  {
    title: "an empty value (YAML null), which counts as missing",
    change: (values) => {
      values.gateway.domain = null;
    },
    expectedProblem: "spacetime-vr:gateway.domain: is missing. Set it to a string in Pulumi.production.yaml.",
  },
  {
    title: "a number instead of a string, which must be quoted",
    change: (values) => {
      useExistingCluster(values);
      values.redis.resources.cpu = 2;
    },
    expectedProblem:
      'spacetime-vr:redis.resources.cpu is "2": must be a string, not a number. Put it in quotes in Pulumi.production.yaml.',
  },
  {
    title: "a string instead of a number, whose quotes must be removed",
    environment: "local",
    change: (values) => {
      values.cluster.zones = "3";
    },
    expectedProblem:
      'spacetime-vr:cluster.zones is "3": must be a whole number from 1 to 6. Write it without quotes in Pulumi.local.yaml.',
  },
  {
    title: "a string instead of a mapping",
    change: (values) => {
      values.redis = "redis";
    },
    expectedProblem:
      "spacetime-vr:redis: must be a mapping, not a string. Correct it in Pulumi.production.yaml.",
  },
  {
    title: "a number that is out of range",
    change: (values) => {
      values.gameServer.drainSeconds = 5;
    },
    expectedProblem:
      'spacetime-vr:gameServer.drainSeconds is "5": must be a whole number from 10 to 3600. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "an unknown kind, with the nearest valid one",
    change: (values) => {
      values.certificates.kind = "acne";
    },
    expectedProblem:
      'spacetime-vr:certificates.kind is "acne": must be one of "self-signed", "imported", "acme". Did you mean acme?',
  },
  {
    title: "an image with a tag, which can be moved, instead of a digest",
    change: (values) => {
      values.gameServer.image = "registry.spacetime-vr.com/game/server:latest";
    },
    expectedProblem:
      'spacetime-vr:gameServer.image is "registry.spacetime-vr.com/game/server:latest": must be an image pinned by digest such as "registry/name@sha256:<64 hex digits>". Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a network with host bits set",
    change: (values) => {
      values.gateway.exposure.sourceCidrs = ["10.20.3.0/16"];
    },
    expectedProblem:
      'spacetime-vr:gateway.exposure.sourceCidrs[0] is "10.20.3.0/16": must be the first address of its network, such as "10.20.0.0/16". Correct it in Pulumi.production.yaml.',
  },
  {
    title: "an annotation that Kubernetes would reject at deployment",
    change: (values) => {
      values.gateway.exposure.annotations = { "not a name": "x" };
    },
    expectedProblem:
      'spacetime-vr:gateway.exposure.annotations["not a name"] is "x": must be an annotation name such as "service.beta.kubernetes.io/aws-load-balancer-scheme". Correct it in Pulumi.production.yaml.',
  },
  {
    title: "an unknown secret in secretVersions",
    change: (values) => {
      values.secretVersions = { "api-tokens": 2 };
    },
    expectedProblem:
      "spacetime-vr:secretVersions.api-tokens: is not a known key of spacetime-vr:secretVersions. Did you mean api-token?",
  },
  {
    title: "provider settings, which would apply to a default provider",
    change: (values) => {
      values["aws:region"] = "eu-central-1";
    },
    expectedProblem:
      "aws:region: must not be set: every provider is configured explicitly by the program. Remove it; spacetime-vr:cluster and spacetime-vr:aws configure the providers.",
  },
  {
    title: "a misspelt variable, with the nearest valid one",
    change: (values) => overrideVariables(values, { GODOT_HTP_PORT: 8080 }),
    expectedProblem:
      "spacetime-vr:gameServer.variables.GODOT_HTP_PORT: is not a variable of the game server. Did you mean GODOT_HTTP_PORT?",
  },
  {
    title: "a variable of the wrong type",
    change: (values) => overrideVariables(values, { GODOT_ENABLE_HTTP_API: "true" }),
    expectedProblem:
      'spacetime-vr:gameServer.variables.GODOT_ENABLE_HTTP_API is "true": must be true or false. Write it without quotes.',
  },
  {
    title: "a variable that is a mapping",
    change: (values) => overrideVariables(values, { GODOT_MAX_PLAYERS: { of: 3 } }),
    expectedProblem:
      "spacetime-vr:gameServer.variables.GODOT_MAX_PLAYERS: must be a string, a number, true or false. Correct it in Pulumi.production.yaml.",
  },
  {
    title: "a variable that is out of range",
    change: (values) => overrideVariables(values, { GODOT_TELEMETRY_RATE_HZ: 1000 }),
    expectedProblem:
      'spacetime-vr:gameServer.variables.GODOT_TELEMETRY_RATE_HZ is "1000": must be a whole number from 1 to 240. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a variable with a value that is not one of its options",
    change: (values) => overrideVariables(values, { GODOT_LOG_LEVEL: "verbose" }),
    expectedProblem:
      'spacetime-vr:gameServer.variables.GODOT_LOG_LEVEL is "verbose": must be one of debug, info, warning, error. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a variable with characters that a shell would interpret",
    change: (values) => overrideVariables(values, { GODOT_JWT_ISSUER: "$(reboot)" }),
    expectedProblem:
      'spacetime-vr:gameServer.variables.GODOT_JWT_ISSUER is "$(reboot)": must consist of letters, digits and . _ - / : , @ % + = *. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a list with an entry in the wrong format",
    change: (values) => overrideVariables(values, { GODOT_SCENE_WHITELIST: "res://vr_main.tscn,vr_main" }),
    expectedProblem:
      'spacetime-vr:gameServer.variables.GODOT_SCENE_WHITELIST is "res://vr_main.tscn,vr_main": must be a comma-separated list whose entries look like res://vr_main.tscn. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "an empty list that needs at least one entry",
    change: (values) => overrideVariables(values, { GODOT_SCENE_WHITELIST: "" }),
    expectedProblem:
      'spacetime-vr:gameServer.variables.GODOT_SCENE_WHITELIST is "": must have at least one entry. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a variable that is derived from another key, with that key",
    change: (values) => overrideVariables(values, { GODOT_PUBLIC_HOST: "x" }),
    expectedProblem:
      "spacetime-vr:gameServer.variables.GODOT_PUBLIC_HOST: must not be set: it is derived from spacetime-vr:gateway.domain. Remove it and change spacetime-vr:gateway.domain instead.",
  },
  {
    title: "a variable that the deployment sets",
    change: (values) => overrideVariables(values, { GODOT_TLS_KEY_PATH: "/tmp/key" }),
    expectedProblem:
      "spacetime-vr:gameServer.variables.GODOT_TLS_KEY_PATH: must not be set: the deployment sets it. Remove it.",
  },
  {
    title: "a pool whose minimum is above its maximum",
    change: (values) => {
      values.gameServer.pools[0].scaling.minimum = 20;
    },
    expectedProblem:
      'spacetime-vr:gameServer.pools[0].scaling.minimum is "20": must not be greater than the maximum, which is 12. Lower it, or raise spacetime-vr:gameServer.pools[0].scaling.maximum, in Pulumi.production.yaml.',
  },
  {
    title: "a gateway whose minimum is above its maximum",
    change: (values) => {
      values.gateway.scaling.maximum = 1;
    },
    expectedProblem:
      'spacetime-vr:gateway.scaling.minimum is "3": must not be greater than the maximum, which is 1. Lower it, or raise spacetime-vr:gateway.scaling.maximum, in Pulumi.production.yaml.',
  },
  {
    title: "two pools with the same name",
    change: (values) => {
      useExistingCluster(values);
      values.gameServer.pools.push(values.gameServer.pools[0]);
    },
    expectedProblem:
      'spacetime-vr:gameServer.pools[1].name is "main": must be unique, but spacetime-vr:gameServer.pools[0].name has the same value. Rename one of them in Pulumi.production.yaml.',
  },
  {
    title: "production without a context, which would deploy to kubectl's current context",
    change: (values) => {
      useExistingCluster(values);
      delete values.cluster.context;
    },
    expectedProblem:
      "spacetime-vr:cluster.context: is missing: production must not use the current kubeconfig context. Set the context in Pulumi.production.yaml.",
  },
  {
    title: "two listeners with the same port",
    change: (values) => overrideVariables(values, { GODOT_TELEMETRY_PORT: 8080 }),
    expectedProblem:
      'spacetime-vr:gameServer.variables.GODOT_TELEMETRY_PORT is "8080": must differ from GODOT_HTTP_PORT, which has the same port. Choose another port in Pulumi.production.yaml.',
  },
  {
    title: "a domain for which no public CA issues certificates",
    change: (values) => {
      useExistingCluster(values);
      values.gateway.domain = "localhost";
    },
    expectedProblem:
      'spacetime-vr:gateway.domain is "localhost": must be a public DNS name: "certificates.kind: acme" requests a publicly trusted certificate for it. Set a public DNS name, or choose another certificates.kind, in Pulumi.production.yaml.',
  },
  {
    title: "a certificate without its private key",
    change: (values) => {
      values.certificates = { kind: "imported", certificateChain: LEAF_CERTIFICATE };
    },
    expectedProblem:
      'spacetime-vr:tlsPrivateKey: is missing: "certificates.kind: imported" requires it. Set it with: pulumi config set --secret spacetime-vr:tlsPrivateKey',
  },
  {
    title: "a certificate that cannot be parsed",
    change: (values) => {
      values.certificates = {
        kind: "imported",
        certificateChain: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      };
      values.tlsPrivateKey = "given";
    },
    secretKeys: ["tlsPrivateKey"],
    expectedProblem:
      "spacetime-vr:certificates.certificateChain: must contain only valid PEM certificates (no private key). Correct it in Pulumi.production.yaml.",
  },
  {
    title: "a credential that is not used and could only leak",
    change: (values) => {
      values.databasePassword = "given";
    },
    secretKeys: ["databasePassword"],
    expectedProblem:
      'spacetime-vr:databasePassword: must not be set: only "database.kind: external" uses it. Remove it with: pulumi config rm spacetime-vr:databasePassword',
  },
  {
    title: "a credential in plaintext",
    change: (values) => {
      values.slackWebhookUrl = "https://hooks.slack.com/services/T/B/secret";
    },
    expectedProblem:
      "spacetime-vr:slackWebhookUrl: must be encrypted, but is in plaintext. Rotate the credential, then run: pulumi config set --secret spacetime-vr:slackWebhookUrl",
  },
  {
    title: "an encrypted value where the value must be reviewable",
    change: () => undefined,
    secretKeys: ["gateway"],
    expectedProblem:
      "spacetime-vr:gateway: must not be encrypted or contain encrypted values: only databasePassword, tlsPrivateKey, slackWebhookUrl, pagerdutyRoutingKey, smtpPassword may be encrypted. Write the values in plaintext, and use those keys for secrets.",
  },
  {
    title: "a secret given as a variable",
    change: (values) => overrideVariables(values, { GODOT_API_TOKEN: "hunter2" }),
    expectedProblem:
      "spacetime-vr:gameServer.variables.GODOT_API_TOKEN: must not be set: it is the generated secret api-token. Remove it, and rotate the secret if the value was real (secretVersions.api-token).",
  },
];
