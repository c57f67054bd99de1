/** `npm run policy:guide` writes the table of rules into the guide. */
import { writeFileSync } from "node:fs";
import { GUIDE_FILE, readPolicyGuide } from "./support/policy-guide.ts";

writeFileSync(GUIDE_FILE, readPolicyGuide().expected);
