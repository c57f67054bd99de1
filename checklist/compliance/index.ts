import { cweTop25, owaspTop10 } from "./applications.ts";
import { cisEks, nsaCisa, podSecurityStandards } from "./kubernetes.ts";
import { gdpr, iso27001, nist80053, pciDss, soc2 } from "./organizations.ts";
import type { Framework } from "./types.ts";

/** The frameworks to which rules, items and checks are mapped. */
export const FRAMEWORKS: readonly Framework[] = [
  cisEks,
  nsaCisa,
  podSecurityStandards,
  owaspTop10,
  cweTop25,
  nist80053,
  pciDss,
  gdpr,
  soc2,
  iso27001,
];
