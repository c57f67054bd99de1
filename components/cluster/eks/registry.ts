import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy.js";
import { Repository } from "@pulumi/aws/ecr/repository.js";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";

interface RegistryArgs {
  readonly environment: Environment;
  readonly clusterName: string;
  readonly keyArn: pulumi.Input<string>;
}

/** Two weeks; an untagged image is a build that was not released. */
const UNTAGGED_IMAGE_DAYS = 14;

/** Releases to keep: more than half a year with one per day, which is longer than any rollback needs. */
const MAX_TAGGED_IMAGES = 200;

/** The ECR repository of the game server's image, with immutable tags. */
export class Registry extends pulumi.ComponentResource {
  readonly repositoryUrl: pulumi.Output<string>;

  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:Registry", name, {}, opts);
    const isProduction = args.environment === "production";
    const repository = new Repository(
      `${name}-server`,
      {
        name: `${args.clusterName}/server`,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: args.keyArn }],
        forceDelete: false,
      },
      // Without the image, no node could start a game server.
      { parent: this, protect: isProduction, retainOnDelete: isProduction },
    );
    new LifecyclePolicy(
      `${name}-server-lifecycle`,
      { repository: repository.name, policy: JSON.stringify(LIFECYCLE_POLICY) },
      { parent: this },
    );
    this.repositoryUrl = repository.repositoryUrl;
    this.registerOutputs({ repositoryUrl: this.repositoryUrl });
  }
}

const LIFECYCLE_POLICY = {
  rules: [
    {
      rulePriority: 1,
      description: "Builds that were never released",
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: UNTAGGED_IMAGE_DAYS,
      },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: "Releases beyond any rollback",
      selection: {
        tagStatus: "tagged",
        tagPatternList: ["*"],
        countType: "imageCountMoreThan",
        countNumber: MAX_TAGGED_IMAGES,
      },
      action: { type: "expire" },
    },
  ],
};
