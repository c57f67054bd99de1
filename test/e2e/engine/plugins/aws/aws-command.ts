/** The two commands of the AWS CLI that a deployment runs: `eks get-token` and `sts get-caller-identity`. */
import { AwsAccount } from "./account.ts";
import { EksApi } from "./eks-api.ts";

const TOKEN_LIFETIME_MS = 14 * 60_000;
const SECOND_MS = 1000;

/** The form of a real token; the API server does not know it. */
const UNKNOWN_TOKEN = "k8s-aws-v1.aHR0cHM6Ly9zdHMuZXhhbXBsZQ";

/** The token of a cluster administrator if an effective access entry makes the caller one. */
function tokenFor(clusterName: string, now: number): string {
  const { settings, resources } = AwsAccount.fromEnvironment().read();
  const granted = (type: string) =>
    resources.find(
      ({ type: other, inputs }) =>
        other === type && inputs.clusterName === clusterName && inputs.principalArn === settings.caller,
    );
  const entry = granted("aws:eks/accessEntry:AccessEntry");
  const policy = granted("aws:eks/accessPolicyAssociation:AccessPolicyAssociation");
  const effective =
    entry !== undefined &&
    policy !== undefined &&
    now >= Math.max(entry.createdAt, policy.createdAt) + settings.accessEntrySeconds * SECOND_MS;
  return effective ? EksApi.server(settings.kubeconfig).token : UNKNOWN_TOKEN;
}

function run(args: readonly string[]): object {
  const [service, operation] = args;
  const option = (name: string): string => args[args.indexOf(name) + 1] ?? "";
  if (service === "sts" && operation === "get-caller-identity") {
    const { account, caller } = AwsAccount.fromEnvironment().read().settings;
    return { UserId: "AROAEXAMPLE:session", Account: account, Arn: caller };
  }
  if (service === "eks" && operation === "get-token") {
    const now = Date.now();
    return {
      kind: "ExecCredential",
      apiVersion: "client.authentication.k8s.io/v1beta1",
      spec: {},
      status: {
        expirationTimestamp: `${new Date(now + TOKEN_LIFETIME_MS).toISOString().slice(0, 19)}Z`,
        token: tokenFor(option("--cluster-name"), now),
      },
    };
  }
  throw new Error(`the AWS double has no command "aws ${args.slice(0, 2).join(" ")}"`);
}

process.stdout.write(`${JSON.stringify(run(process.argv.slice(2)), undefined, 2)}\n`);
