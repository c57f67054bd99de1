import { beforeAll, describe, expect, test } from "@jest/globals";
import { CACHED_REGISTRIES, cachedImage, registryHost } from "../../components/shared/aws/image-cache.ts";
import { IMAGES, imageReference } from "../../components/shared/kubernetes/images.ts";
import type { Json, Plan } from "../../plan/plan.ts";
import { findResource, planOf } from "../support/plans.ts";
import { bootstrapTemplate } from "./bootstrap-template.ts";

const CREDENTIAL =
  "arn:aws:secretsmanager:eu-central-1:471112345678:secret:ecr-pullthroughcache/docker-hub-AbCdEf";
const AWS = { account: "471112345678", region: "eu-central-1", partition: "aws" };
const template = bootstrapTemplate({ DockerHubCredentialArn: CREDENTIAL, GitHubCredentialArn: CREDENTIAL });

const rules = Object.values(template.Resources)
  .filter(({ Type }) => Type === "AWS::ECR::PullThroughCacheRule")
  .map(({ Properties }) => Properties);

/** All images of a value, at any depth. */
function imagesIn(value: Json | undefined): string[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "image" && typeof inner === "string" ? [inner] : imagesIn(inner as Json),
  );
}

describe("the image repository", () => {
  test("exists before the first deployment, with immutable tags, scan on push, encryption and a lifecycle", () => {
    const { Properties, ...resource } = template.Resources.ServerRepository ?? {};
    expect(resource).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
    expect(Properties).toMatchObject({
      RepositoryName: "spacetime-vr/server",
      ImageTagMutability: "IMMUTABLE",
      ImageScanningConfiguration: { ScanOnPush: true },
      EncryptionConfiguration: { EncryptionType: "KMS" },
    });
    const { rules: lifecycle } = JSON.parse(Properties.LifecyclePolicy.LifecyclePolicyText);
    expect(
      lifecycle.map(({ selection }: { selection: { tagStatus: string } }) => selection.tagStatus),
    ).toEqual(["untagged", "tagged"]);
  });

  test.each(["staging", "production"] as const)(
    "%s deploys its image from there and creates no repository",
    async (name) => {
      const plan = await planOf(name);
      const [image] = imagesIn(findResource(plan, "game-server-main-deployment").inputs);
      expect(image).toMatch(/^\d{12}\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/spacetime-vr\/server@sha256:/);
      expect(plan.resources.filter(({ type }) => type.startsWith("aws:ecr/"))).toEqual([]);
    },
  );
});

describe("the image cache", () => {
  let production: Plan;
  beforeAll(async () => {
    production = await planOf("production");
  });

  test("has a rule in the template for every registry that the program rewrites", () => {
    expect(rules.map(({ EcrRepositoryPrefix }) => EcrRepositoryPrefix).sort()).toEqual(
      Object.values(CACHED_REGISTRIES).sort(),
    );
    const hosts = rules.map(({ UpstreamRegistryUrl }) =>
      String(UpstreamRegistryUrl).replace("registry-1.", ""),
    );
    expect(hosts.sort()).toEqual(Object.keys(CACHED_REGISTRIES).sort());
  });

  test("has no rule for Docker Hub or GitHub without credentials, which ECR requires for both", () => {
    const names = Object.keys(bootstrapTemplate().Resources);
    const cached = Object.entries(bootstrapTemplate({ DockerHubCredentialArn: CREDENTIAL }).Resources);
    expect(names).toContain("DockerHubCache");
    expect(cached.find(([name]) => name === "DockerHubCache")?.[1]).toMatchObject({
      Condition: "CacheDockerHub",
      Properties: { CredentialArn: CREDENTIAL },
    });
    expect(template.Resources.GitHubCache).toMatchObject({ Condition: "CacheGitHub" });
  });

  test.each(Object.keys(IMAGES) as (keyof typeof IMAGES)[])("can hold the image %s", (name) => {
    const image = imageReference(name);
    expect(cachedImage(AWS, image)).toMatch(
      /^471112345678\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/spacetime-vr-cache\/[a-z-]+\/.+:[\w.-]+$/,
    );
    expect(cachedImage(AWS, image).endsWith(image.slice(image.indexOf("/")))).toBe(true);
  });

  test("keeps the reference of an uncached registry and of an image with a digest", () => {
    expect(cachedImage(AWS, "registry.example.com/a/b@sha256:1")).toBe("registry.example.com/a/b@sha256:1");
    expect(cachedImage(AWS, "nginx:1.29.7")).toBe("nginx:1.29.7");
    expect(registryHost({ ...AWS, partition: "aws-cn", region: "cn-north-1" })).toBe(
      "471112345678.dkr.ecr.cn-north-1.amazonaws.com.cn",
    );
  });

  test("serves every container of production, and none of an environment without AWS", async () => {
    const images = production.resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .flatMap(({ inputs }) => imagesIn(inputs));
    expect(images.length).toBeGreaterThan(10);
    for (const image of images) expect(image).toMatch(/^000000000000\.dkr\.ecr\./);
    const local = (await planOf("local")).resources.flatMap(({ inputs }) => imagesIn(inputs));
    expect(local.filter((image) => image.includes(".dkr.ecr."))).toEqual([]);
  });

  test("can be filled by the nodes: the first pull of an image creates its repository", () => {
    const { policy } = findResource(production, "cluster-control-plane-image-cache").inputs;
    expect(JSON.parse(String(policy)).Statement).toEqual([
      {
        Sid: "FillTheCache",
        Effect: "Allow",
        Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        Resource: "arn:aws:ecr:eu-central-1:000000000000:repository/spacetime-vr-cache/*",
      },
    ]);
  });
});
