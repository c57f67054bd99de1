import { requireGameServerImageDigest } from "../../../policy/rules/images/require-game-server-image-digest.ts";
import { requirePinnedImages } from "../../../policy/rules/images/require-pinned-images.ts";
import { restrictImageRegistries } from "../../../policy/rules/images/restrict-image-registries.ts";
import {
  add,
  CONTAINER,
  combine,
  GAME,
  GATEWAY,
  POD,
  remove,
  set,
  unknownAt,
  withoutPods,
} from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const IMAGE = `${CONTAINER}.image`;
const TAGGED_GAME = "registry.spacetime-vr.com/game/server:2.5.0";

const nightly = {
  spec: {
    jobTemplate: {
      spec: { template: { spec: { containers: [{ name: "x", image: "quay.io/x/y:stable" }] } } },
    },
  },
};

export const imageCases: readonly RuleCases[] = [
  {
    rule: requirePinnedImages,
    compliant: [
      {
        title: "an image with a digest",
        change: set(GATEWAY, IMAGE, `registry:5000/nginx@sha256:${"a1".repeat(32)}`),
      },
      { title: "a version tag with a leading v", change: set(GATEWAY, IMAGE, "quay.io/nginx/nginx:v1.29.7") },
    ],
    violations: [
      {
        title: "the tag latest",
        change: set(GATEWAY, IMAGE, "docker.io/library/nginx:latest"),
        findings: [
          "gateway-deployment spec.template.spec.containers[0].image: image docker.io/library/nginx:latest has no exact version",
        ],
      },
      {
        title: "a tag without an exact version",
        change: set(GATEWAY, IMAGE, "docker.io/library/nginx:1"),
        findings: [
          "gateway-deployment spec.template.spec.containers[0].image: image docker.io/library/nginx:1 has no exact version",
        ],
      },
      {
        title: "no tag",
        change: set(GATEWAY, IMAGE, "docker.io/library/nginx"),
        findings: [
          "gateway-deployment spec.template.spec.containers[0].image: image docker.io/library/nginx has no exact version",
        ],
      },
      {
        title: "no registry",
        change: set(GATEWAY, IMAGE, "library/nginx:1.29.7"),
        findings: [
          "gateway-deployment spec.template.spec.containers[0].image: image library/nginx:1.29.7 has no registry: the default registry depends on the node",
        ],
      },
      {
        title: "a truncated digest",
        change: set(GATEWAY, IMAGE, "docker.io/nginx@sha256:abc"),
        findings: [
          "gateway-deployment spec.template.spec.containers[0].image: image docker.io/nginx@sha256:abc has no exact version",
        ],
      },
      {
        title: "an init container without an image",
        change: set(GATEWAY, `${POD}.initContainers`, [{ name: "first" }]),
        findings: [
          "gateway-deployment spec.template.spec.initContainers[0].image: the container sets no image",
        ],
      },
      {
        title: "a CronJob with a floating tag",
        change: add("kubernetes:batch/v1:CronJob", "nightly", nightly),
        findings: [
          "nightly spec.jobTemplate.spec.template.spec.containers[0].image: image quay.io/x/y:stable has no exact version",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GATEWAY, IMAGE), unknownAt(GATEWAY, `${POD}.containers`), unknownAt(GAME, "spec")],
  },
  {
    rule: restrictImageRegistries,
    plan: "production",
    violations: [
      {
        title: "an image that nodes would pull anonymously",
        change: set(GATEWAY, IMAGE, "docker.io/library/nginx:1.29.7"),
        findings: [
          "gateway-deployment spec.template.spec.containers[0].image: image docker.io/library/nginx:1.29.7 is not in a private ECR registry",
        ],
      },
      {
        title: "a host name that only contains the registry's",
        change: set(GAME, IMAGE, "evil.example.com/471112345678.dkr.ecr.eu-central-1.amazonaws.com/x:1.2.3"),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].image: image evil.example.com/471112345678.dkr.ecr.eu-central-1.amazonaws.com/x:1.2.3 is not in a private ECR registry",
        ],
      },
      {
        title: "no image",
        change: set(GATEWAY, IMAGE, undefined),
        findings: [
          "gateway-deployment spec.template.spec.containers[0].image: image (missing) is not in a private ECR registry",
        ],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [unknownAt(GATEWAY, IMAGE)],
  },
  {
    rule: requireGameServerImageDigest,
    violations: [
      {
        title: "a version tag instead of a digest",
        change: set(GAME, IMAGE, TAGGED_GAME),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].image: the image ("registry.spacetime-vr.com/game/server:2.5.0") is not pinned by digest',
        ],
      },
      {
        title: "a version tag in a renamed container",
        change: combine(set(GAME, IMAGE, TAGGED_GAME), set(GAME, `${CONTAINER}.name`, "server")),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].image: the image ("registry.spacetime-vr.com/game/server:2.5.0") is not pinned by digest',
        ],
      },
      {
        title: "no image",
        change: set(GAME, IMAGE, undefined),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].image: the image (missing) is not pinned by digest",
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(GAME, IMAGE), unknownAt(GAME, "spec.template.metadata.labels")],
  },
];
