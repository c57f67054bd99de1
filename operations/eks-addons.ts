import { readFileSync, writeFileSync } from "node:fs";
import { parseConfig } from "../components/config/parse-config.ts";
import { readStackFile, stackFilePath } from "../components/config/stack-file/read-stack-file.ts";
import type { Environment } from "../components/shared/environments.ts";
import { InputError } from "../components/shared/errors.ts";
import { writeAtomically } from "../components/shared/write-atomically.ts";
import { type AwsCli, requireAwsSuccess } from "./aws-cli.ts";
import { OperationError } from "./errors.ts";

/** What EKS offers for one add-on of an environment. */
export interface AddOnVersions {
  readonly name: string;
  /** The version in the stack file; undefined without a pin. */
  readonly pinned: string | undefined;
  /** The version that EKS installs by default for the cluster's Kubernetes version. */
  readonly recommended: string;
  /** Newest first. */
  readonly available: readonly string[];
}

interface DescribedAddOn {
  readonly addonVersions: readonly {
    readonly addonVersion: string;
    readonly compatibilities: readonly {
      readonly clusterVersion: string;
      readonly defaultVersion: boolean;
    }[];
  }[];
}

/**
 * Lists the versions that EKS offers for the add-ons of an environment on EKS.
 * @throws InputError without EKS; OperationError with exit code 3 if the AWS CLI fails.
 */
export async function listAddOnVersions(
  directory: string,
  environment: Environment,
  aws: AwsCli,
): Promise<AddOnVersions[]> {
  const config = parseConfig(readStackFile(directory, environment));
  const { cluster } = config;
  if (cluster.kind !== "eks" || config.aws === undefined) {
    throw new InputError("There are no add-ons to list:", [
      {
        subject: "spacetime-vr:cluster.kind",
        value: cluster.kind,
        rule: "is not eks: add-ons of other clusters are installed by their operators",
        remedy: "Name staging or production.",
      },
    ]);
  }
  const { region } = config.aws;
  const versions: AddOnVersions[] = [];
  for (const [name, pinned] of Object.entries(cluster.addonVersions))
    versions.push({ name, pinned, ...(await describe(aws, name, cluster.version, region)) });
  return versions;
}

type OfferedVersion = DescribedAddOn["addonVersions"][number];

/**
 * Reads the versions of an add-on that EKS offers for a Kubernetes version, newest first.
 * @throws OperationError with exit code 3 if the AWS CLI fails.
 */
export async function readOfferedVersions(
  aws: AwsCli,
  name: string,
  version: string,
  region: string,
): Promise<readonly OfferedVersion[]> {
  const run = await aws([
    ...["eks", "describe-addon-versions", "--addon-name", name, "--kubernetes-version", version],
    ...["--region", region, "--output", "json"],
  ]);
  const { stdout } = requireAwsSuccess(run, {
    subject: `the versions of the add-on ${name}`,
    rule: "cannot be read",
    remedy: "Sign in (aws sso login) or assume a role, and check with: aws sts get-caller-identity",
  });
  const [addOn] = JSON.parse(stdout).addons as DescribedAddOn[];
  return addOn?.addonVersions ?? [];
}

async function describe(aws: AwsCli, name: string, version: string, region: string) {
  const offered = await readOfferedVersions(aws, name, version, region);
  const isDefault = ({ compatibilities }: OfferedVersion) =>
    compatibilities.some(
      ({ clusterVersion, defaultVersion }) => clusterVersion === version && defaultVersion,
    );
  const [first] = offered;
  const recommended = offered.find(isDefault) ?? first;
  if (recommended === undefined) {
    throw new OperationError(1, {
      subject: `the add-on ${name}`,
      rule: `is not offered for Kubernetes ${version}`,
      remedy: "Remove its pin, or keep the Kubernetes version.",
    });
  }
  return {
    recommended: recommended.addonVersion,
    available: offered.map(({ addonVersion }) => addonVersion),
  };
}

/** Writes the recommended versions as the pins of the stack file, and keeps every other byte. */
export function writeAddOnPins(
  directory: string,
  environment: Environment,
  versions: readonly AddOnVersions[],
): void {
  const path = stackFilePath(directory, environment);
  const text = replaceAddOnPins(readFileSync(path, "utf8"), versions);
  writeAtomically(path, (temporary) => writeFileSync(temporary, text));
}

/** Replaces the pins below `addonVersions:`, and removes the comment that marks them as examples. */
export function replaceAddOnPins(text: string, versions: readonly AddOnVersions[]): string {
  const recommended = new Map(versions.map((found) => [found.name, found.recommended]));
  let inside = false;
  return text
    .split("\n")
    .flatMap((line) => {
      if (/^ {4}\S/.test(line)) inside = line.startsWith("    addonVersions:");
      if (!inside) return [line];
      if (/^ {6}# example:/.test(line)) return [];
      const [, indent = "", name = ""] = /^( {6})([a-z-]+): /.exec(line) ?? [];
      const version = recommended.get(name);
      return [version === undefined ? line : `${indent}${name}: ${version}`];
    })
    .join("\n");
}
