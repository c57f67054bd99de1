import { availabilityCases } from "./availability.ts";
import { awsDataCases } from "./aws-data.ts";
import { awsPlatformCases } from "./aws-platform.ts";
import { certificateCases } from "./certificates.ts";
import { clusterCases } from "./cluster.ts";
import { dataCases } from "./data.ts";
import { encryptionCases } from "./encryption.ts";
import { gameServerCases } from "./game-server.ts";
import { imageCases } from "./images.ts";
import { loggingCases } from "./logging.ts";
import { monitoringCases } from "./monitoring.ts";
import { networkCases } from "./network.ts";
import { podSecurityCases } from "./pod-security.ts";
import { podCases } from "./pods.ts";
import type { RuleCases } from "./rule-cases.ts";
import { sceneAndLimitCases } from "./scenes-and-limits.ts";
import { secretReferenceCases } from "./secret-references.ts";
import { secretCases } from "./secrets.ts";

/** All cases of all rules. */
export const CASES: readonly RuleCases[] = [
  ...imageCases,
  ...podCases,
  ...podSecurityCases,
  ...availabilityCases,
  ...networkCases,
  ...encryptionCases,
  ...certificateCases,
  ...secretCases,
  ...secretReferenceCases,
  ...gameServerCases,
  ...sceneAndLimitCases,
  ...dataCases,
  ...clusterCases,
  ...awsPlatformCases,
  ...awsDataCases,
  ...monitoringCases,
  ...loggingCases,
];
