import { expect, test } from "@jest/globals";
import type { OperationError } from "../../../../operations/errors.ts";
import { formatEvents } from "../../../../operations/pulumi/pulumi-cli/event-log.ts";
import { explainFailure, KNOWN_FAILURES } from "../../../../operations/pulumi/pulumi-cli/known-failures.ts";
import { readCliFixture } from "../support/stack-fixture.ts";

function explainFixture(name: string): OperationError {
  const { stdout, stderr, exit } = readCliFixture(name);
  return explainFailure({ status: exit, stdout, stderr, output: `${stderr}\n${stdout}` }, "the update", {
    environment: "staging",
  });
}

/** CLI output, the text that the message must contain, and a part of its remedy. */
const CASES = [
  ["no-such-stack", 2, '"nowhere"', "init -- staging"],
  [
    "lock-held",
    1,
    "deploy@runner-7 (pid 4711) at 2026-11-21T05:35:29Z",
    "pulumi cancel --yes --stack staging",
  ],
  ["wrong-passphrase", 2, "does not decrypt the secrets of staging", "PULUMI_CONFIG_PASSPHRASE_FILE"],
  ["missing-passphrase", 2, "is not set", "PULUMI_CONFIG_PASSPHRASE_FILE"],
  ["truncated-state", 1, "cannot be read: place 1: unexpected end of JSON input", "staging.json.bak"],
  ["missing-backend", 3, '"file:///srv/missing-state"', "PULUMI_BACKEND_URL"],
  ["missing-plugins", 3, '"kubernetes 4.34.2"', "pulumi plugin install resource kubernetes 4.34.2"],
  ["unreachable-cluster", 3, "connection refused", "kubectl cluster-info"],
  ["preview-policy-violation", 1, '"no-latest"', "npm run plan -- staging"],
  ["up-failure", 1, "exit code 1", "Fix the cause"],
] as const;

test.each(CASES)("%s: the message says what happened and what to do", (name, exitCode, names, remedy) => {
  const { exitCode: found, message } = explainFixture(name);
  expect(found).toBe(exitCode);
  expect(message).toContain(names);
  expect(message).toContain(remedy);
  expect(message).not.toContain("\n");
});

/** Output without a recording, taken from the CLI's source and from AWS. */
const FAILURE_MESSAGES = [
  [
    "expired credentials",
    "error: operation error S3: ListObjectsV2, api error ExpiredToken: The provided token has expired.",
  ],
  [
    "missing bucket",
    'error: blob (key "x") (code=NotFound): api error NoSuchBucket: The specified bucket does not exist',
  ],
  [
    "denied by the backend",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=PermissionDenied): AccessDenied',
  ],
  ["unreachable backend", "error: unable to open bucket s3://state/staging: no such host"],
  ["unexpected changes", "error: no changes were expected but changes were proposed"],
  ["declined", "confirmation declined, not proceeding with the update"],
] as const;

test("an unusable kubeconfig is reported with its cause, not with the provider's general advice", () => {
  const output = `error: configured Kubernetes cluster is unreachable: unable to load Kubernetes client configuration from kubeconfig file. Make sure you have:${" "}
    
     \t • set up the provider as per https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/${" "}
    
     context "spacetime-vr-staging" does not exist
    error: preview failed`;
  const { exitCode, message } = explainFailure(
    { status: 255, stdout: "", stderr: output, output },
    "the preview",
    {
      environment: "staging",
    },
  );
  expect(exitCode).toBe(3);
  expect(message).toContain(
    'cannot be reached: unable to load Kubernetes client configuration from kubeconfig file: context "spacetime-vr-staging" does not exist.',
  );
  expect(message).not.toContain("Make sure");
});

test.each(FAILURE_MESSAGES)("%s is recognized", (id, output) => {
  const found = KNOWN_FAILURES.find(({ pattern }) => pattern.test(output));
  expect(found?.id).toBe(id);
});

test("every known failure matches its own case first", () => {
  const output = [
    ...CASES.map(([name]) => `${readCliFixture(name).stderr}\n${readCliFixture(name).stdout}`),
    ...FAILURE_MESSAGES.map(([, text]) => text),
  ];
  const found = output.map((text) => KNOWN_FAILURES.find(({ pattern }) => pattern.test(text))?.id);
  expect(new Set(found.filter((id) => id !== undefined))).toEqual(
    new Set(KNOWN_FAILURES.map(({ id }) => id)),
  );
});

test("the output of a successful run matches no known failure", () => {
  for (const name of ["up-dirty", "preview-text", "no-cluster"]) {
    const { stdout, stderr } = readCliFixture(name);
    expect(
      KNOWN_FAILURES.filter(({ pattern }) => pattern.test(`${stderr}\n${stdout}`)).map(({ id }) => id),
    ).toEqual([]);
  }
});

test("an AWS permission error of a resource is not reported as a denied backend", () => {
  const output =
    "error: creating EKS Cluster: operation error EKS: CreateCluster, api error AccessDeniedException: not authorized";
  const { message } = explainFailure({ status: 1, stdout: output, stderr: "", output }, "the update", {
    environment: "staging",
  });
  expect(message).toContain("creating EKS Cluster");
  expect(message).not.toContain("docs/backends.md");
});

test("credentials in the backend's URL are not shown", () => {
  const output = 'error: unable to open bucket "s3://key:secret@bucket": no such host';
  const { message } = explainFailure({ status: 1, stdout: "", stderr: output, output }, "the update", {
    environment: "staging",
  });
  expect(message).toContain('"s3://bucket"');
  expect(message).not.toContain("secret");
});

test("a violated policy, which Pulumi's JSON omits, is read from the event log", () => {
  const events = [
    JSON.stringify({
      sequence: 1,
      policyEvent: { policyName: "require-pinned-images", enforcementLevel: "mandatory", message: "x" },
    }),
    JSON.stringify({
      sequence: 2,
      diagnosticEvent: { severity: "error", message: "<{%fg 1%}>preview failed<{%reset%}>" },
    }),
    "half a li",
  ].join("\n");
  expect(formatEvents(events)).toEqual(["[mandatory]  require-pinned-images", "error: preview failed"]);
});
