import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NodeOptions } from "../control-plane/nodes.ts";
import { type AccountSettings, AWS_DOUBLE_VARIABLE, AwsAccount } from "./plugins/aws/account.ts";
import { readSdkTypes, sdkDirectory } from "./plugins/aws/sdk-types.ts";
import { AWS_TYPES } from "./plugins/aws/types/index.ts";

/** An AWS account on disk, with an EKS cluster that a real API server plays. */
export interface AwsDouble {
  readonly account: AwsAccount;
  /** Has the `aws` command, put before PATH. */
  readonly searchPath: string;
  /** Variables of every process that uses the account. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

type Settings = Pick<AccountSettings, "account" | "kubeconfig" | "caller" | "existing">;

const PLUGINS = path.join(import.meta.dirname, "plugins", "aws");

/** The nodes that Auto Mode would start for the node pools of the program, one per pool and zone. */
export function eksNodes(zones: readonly string[]): NodeOptions[] {
  const pools = { game: "amd64", system: "arm64", monitoring: "arm64" };
  return Object.entries(pools).flatMap(([pool, architecture]) =>
    zones.map((zone) => ({
      name: `${pool}-${zone}`,
      zone,
      labels: {
        "spacetime-vr.com/node-pool": pool,
        "kubernetes.io/arch": architecture,
        "eks.amazonaws.com/compute-type": "auto",
      },
    })),
  );
}

export async function startAwsDouble(settings: Settings): Promise<AwsDouble> {
  const directory = await mkdtemp(path.join(tmpdir(), "spacetime-vr-aws-double-"));
  const typesFile = path.join(directory, "sdk-types.json");
  await writeFile(typesFile, JSON.stringify(readSdkTypes(sdkDirectory(), Object.keys(AWS_TYPES))));
  const command = path.join(directory, "aws");
  await writeFile(
    command,
    `#!/bin/sh\nexec node ${JSON.stringify(path.join(PLUGINS, "aws-command.ts"))} "$@"\n`,
  );
  await chmod(command, 0o755);
  const account = AwsAccount.create(path.join(directory, "account"), {
    ...settings,
    accessEntrySeconds: 0,
    webhookSeconds: 0,
    bucketNameSeconds: 0,
  });
  const controllers = spawn("node", [path.join(PLUGINS, "eks-controllers.ts"), settings.kubeconfig], {
    stdio: "ignore",
  });
  return {
    account,
    searchPath: directory,
    env: { [AWS_DOUBLE_VARIABLE]: path.join(directory, "account"), SPACETIME_VR_AWS_TYPES: typesFile },
    stop: async () => {
      await end(controllers);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  await ended;
}
