/** `npm run policy:levels` writes the enforcement levels of the checklist's items into the policy configuration. */
import { writeFileSync } from "node:fs";
import { LEVELS_FILE, readPolicyLevels } from "./support/policy-levels.ts";

writeFileSync(LEVELS_FILE, readPolicyLevels().expected);
