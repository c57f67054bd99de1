/** `npm run docs` writes the generated pages: compliance, access control and conformance with the seed documents. */
import { writeFileSync } from "node:fs";
import { FRAMEWORKS } from "../../checklist/compliance/index.ts";
import { renderCompliance } from "../../checklist/compliance/render.ts";
import { ACCESS_CONTROL_FILE, renderAccessControl } from "./docs/access-control.ts";
import { CONFORMANCE_FILE, renderConformance } from "./docs/conformance.ts";
import { collectFacts } from "./docs/conformance-facts.ts";
import { planOf } from "./plans.ts";

writeFileSync("docs/compliance.md", renderCompliance(FRAMEWORKS));
const production = await planOf("production");
const plans = { production, local: await planOf("local"), package: await planOf("package") };
writeFileSync(ACCESS_CONTROL_FILE, renderAccessControl(production));
writeFileSync(CONFORMANCE_FILE, renderConformance(collectFacts(plans)));
