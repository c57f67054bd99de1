import { availabilityCases } from "./availability.ts";
import { awsPlatformCases } from "./aws-platform.ts";
import { awsStoreCases } from "./aws-stores.ts";
import { certificateCases } from "./certificates.ts";
import { clusterCases } from "./cluster.ts";
import { dataCases } from "./data.ts";
import { encryptionCases } from "./encryption.ts";
import { gameServerCases } from "./game-server.ts";
import { hardeningCases } from "./hardening.ts";
import { imageCases } from "./images.ts";
import { networkCases } from "./network.ts";
import { podCases } from "./pods.ts";
import { sceneAndLimitCases } from "./scenes-and-limits.ts";
import { secretUseCases } from "./secret-use.ts";
import { secretCases } from "./secrets.ts";
import type { RuleCases } from "./types.ts";

/** Every case of every rule. */
export const CASES: readonly RuleCases[] = [
  ...imageCases,
  ...podCases,
  ...hardeningCases,
  ...availabilityCases,
  ...networkCases,
  ...encryptionCases,
  ...certificateCases,
  ...secretCases,
  ...secretUseCases,
  ...gameServerCases,
  ...sceneAndLimitCases,
  ...dataCases,
  ...clusterCases,
  ...awsPlatformCases,
  ...awsStoreCases,
];
