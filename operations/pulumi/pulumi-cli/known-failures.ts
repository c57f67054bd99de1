import type { Problem } from "../../../components/shared/errors.ts";
import { type ExitCode, OperationError } from "../../errors.ts";
import type { PulumiResult } from "./pulumi-cli.ts";

/** The values that a message combines with Pulumi's output. */
interface FailureContext {
  readonly environment: string;
}

/** A failure that is recognized by Pulumi's output. */
interface KnownFailure {
  readonly id: string;
  readonly pattern: RegExp;
  readonly exitCode: ExitCode;
  readonly problem: (match: RegExpExecArray, context: FailureContext) => Problem;
}

/** The known failures by CLI output, most specific first; `test/fixtures/pulumi-cli` contains real output. */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    id: "missing stack",
    pattern: /no stack named '([^']+)' found/,
    exitCode: 2,
    problem: ([, stack = ""], { environment }) => ({
      subject: "the stack",
      value: stack,
      rule: "does not exist in this backend",
      remedy: `Create it with: npm run init -- ${environment}. If it should exist, check PULUMI_BACKEND_URL.`,
    }),
  },
  {
    id: "lock held",
    pattern: /the stack is currently locked by (\d+) lock\(s\)[^\n]*((?:\n\s+\S+: created by [^\n]+)*)/,
    exitCode: 1,
    problem: ([, count = "1", locks = ""], { environment }) => ({
      subject: `the lock of ${environment}`,
      rule: `is held by ${count === "1" ? "another operation" : `${count} other operations`}${formatLockHolders(locks)}`,
      remedy: `Wait until it ends. Only if that process is no longer running: pulumi cancel --yes --stack ${environment}.`,
    }),
  },
  {
    id: "unreadable state",
    pattern: /failed to load checkpoint: ([^\n]+)/,
    exitCode: 1,
    problem: ([, reason = ""], { environment }) => ({
      subject: `the state of ${environment}`,
      rule: `cannot be read: ${reason.trim()}`,
      remedy: `Nothing was changed. Restore it: in a bucket, the previous version of .pulumi/stacks/PROJECT/${environment}.json; in a directory, copy ${environment}.json.bak next to it over it. Then: npm run up -- ${environment} --resume, which reads every resource again.`,
    }),
  },
  {
    id: "wrong passphrase",
    pattern: /incorrect passphrase/,
    exitCode: 2,
    problem: (_, { environment }) => ({
      subject: "the passphrase",
      rule: `does not decrypt the secrets of ${environment}`,
      remedy:
        "Set PULUMI_CONFIG_PASSPHRASE_FILE to a file with the correct one (or PULUMI_CONFIG_PASSPHRASE).",
    }),
  },
  {
    id: "missing passphrase",
    pattern: /passphrase must be set with PULUMI_CONFIG_PASSPHRASE/,
    exitCode: 2,
    problem: (_, { environment }) => ({
      subject: "the passphrase",
      rule: `is not set, and the secrets of ${environment} need it`,
      remedy: "Set PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it, mode 0600.",
    }),
  },
  {
    id: "expired credentials",
    pattern:
      /(ExpiredToken(?:Exception)?|no EC2 IMDS role found|failed to refresh cached credentials|No valid credential sources|InvalidClientTokenId|InvalidAccessKeyId)/,
    exitCode: 3,
    problem: ([, code = ""]) => ({
      subject: "the AWS credentials",
      rule: `are missing or no longer valid (${code})`,
      remedy:
        "Sign in again (for example with `aws sso login`), then check with: aws sts get-caller-identity.",
    }),
  },
  {
    id: "missing bucket",
    pattern: /NoSuchBucket/,
    exitCode: 3,
    problem: () => ({
      subject: "the backend",
      rule: "names a bucket that does not exist",
      remedy: "Check PULUMI_BACKEND_URL; docs/backends.md explains how to create the state bucket.",
    }),
  },
  {
    id: "denied by the backend",
    // Matches only messages of the backend and the secrets provider, not a resource that AWS denies.
    pattern: /(?:blob \(|unable to open|secrets manager|secrets \(code=)[^\n]*AccessDenied/,
    exitCode: 3,
    problem: (_, { environment }) => ({
      subject: "access",
      rule: `to the state or the key of ${environment} is denied`,
      remedy:
        "Only the CI role may write production's state: use its workflow. Elsewhere ask for the operator role (docs/backends.md).",
    }),
  },
  {
    id: "unreachable backend",
    pattern: /unable to open (?:state directory|bucket|[a-z ]+?) "?([^\s"]+)"?: ([^\n]+)/,
    exitCode: 3,
    problem: ([, url = "", reason = ""]) => ({
      subject: "the backend",
      value: redactCredentials(url),
      rule: `cannot be reached: ${reason.trim()}`,
      remedy: "Check PULUMI_BACKEND_URL. The directory of a file backend must exist: `init` creates it.",
    }),
  },
  {
    id: "missing plugin",
    pattern:
      /no resource plugin 'pulumi-resource-([a-z0-9-]+)' found in the workspace at version v([0-9A-Za-z.+-]+)/,
    exitCode: 3,
    problem: ([, name = "", version = ""]) => ({
      subject: "the provider plugin",
      value: `${name} ${version}`,
      rule: "is not installed, and could not be downloaded",
      remedy: `Install it with: pulumi plugin install resource ${name} ${version} (offline: add --file <binary>).`,
    }),
  },
  {
    id: "unreachable cluster",
    // Without a usable kubeconfig, the provider prints several lines of advice between its message and the cause:
    // https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go
    pattern:
      /configured Kubernetes cluster is unreachable(?:: ([^\n]*?)\. Make sure you have:[^\n]*\n\s*\n[^\n]*\n\s*\n\s*([^\n]+)|: ([^\n]+))?/,
    exitCode: 3,
    problem: ([, failure, cause = "", reason], { environment }) => {
      const text = failure === undefined ? reason?.trim() : `${failure}: ${cause.trim()}`;
      return {
        subject: `the cluster of ${environment}`,
        rule: `cannot be reached${text === undefined ? "" : `: ${text}`}`,
        remedy:
          "Run `kubectl cluster-info`, then check the kubeconfig, its context in the stack file, and that this machine's network may reach the endpoint.",
      };
    },
  },
  {
    id: "policy",
    pattern: /\[mandatory\]\s+([A-Za-z0-9-]+)/,
    exitCode: 1,
    problem: (match, { environment }) => ({
      subject: `the policy of ${environment}`,
      value: findMandatoryPolicies(match.input).join(", "),
      rule: "is violated, and nothing was deployed",
      remedy: `"npm run plan -- ${environment}" shows each violation with its remedy.`,
    }),
  },
  {
    id: "unexpected changes",
    pattern: /no changes were expected but changes (?:were proposed|occurred)/,
    exitCode: 1,
    problem: (_, { environment }) => ({
      subject: environment,
      rule: "differs from the program: the preview above shows each difference",
      remedy: `Revert the manual changes or add them to the program; then: npm run up -- ${environment}.`,
    }),
  },
  {
    id: "declined",
    pattern: /confirmation (?:declined|cancelled), not proceeding/,
    exitCode: 1,
    problem: (_, { environment }) => ({
      subject: environment,
      rule: "was not changed: the confirmation was declined",
      remedy: "Run the command again to change it.",
    }),
  },
];

/** Returns the error of a failed run; an unknown failure refers to Pulumi's output. */
export function explainFailure(run: PulumiResult, what: string, context: FailureContext): OperationError {
  for (const known of KNOWN_FAILURES) {
    const match = known.pattern.exec(run.output);
    if (match !== null) return new OperationError(known.exitCode, known.problem(match, context));
  }
  return new OperationError(1, {
    subject: `${what} of ${context.environment}`,
    rule: `failed with the CLI's exit code ${run.status}: ${findLastError(run.output)}`,
    remedy:
      "Pulumi's output above names the resource. Fix the cause and run it again; completed changes remain.",
  });
}

function formatLockHolders(locks: string): string {
  const holders = [...locks.matchAll(/created by (\S+ \(pid \d+\) at [^\n]+)/g)].map(([, holder]) => holder);
  return holders.length === 0 ? "" : ` (${holders.join("; ")})`;
}

function findMandatoryPolicies(output: string): string[] {
  return [...new Set([...output.matchAll(/\[mandatory\]\s+([A-Za-z0-9-]+)/g)].map(([, rule = ""]) => rule))];
}

function redactCredentials(url: string): string {
  return url.replace(/\/\/[^/@]+@/, "//");
}

/** The last error message, except the generic one that the update failed. */
function findLastError(output: string): string {
  // The AWS provider puts its message below "1 error occurred:".
  const flat = output.replaceAll(/error: \d+ errors? occurred:\s+\* /g, "error: ");
  const errors = [...flat.matchAll(/(?:^|\s)error: ([^\n]+)/g)]
    .map(([, text = ""]) => text.trim())
    .filter((text) => !/^(?:update|preview|\d+ errors?) (?:failed|occurred)/.test(text));
  return errors.at(-1) ?? "it gave no reason";
}
