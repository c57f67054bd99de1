/** `npm run docs` writes the generated pages: compliance, access control and conformance with the seed documents. */
import { writeFileSync } from "node:fs";
import { FRAMEWORKS } from "../../checklist/compliance/index.ts";
import { renderCompliance } from "../../checklist/compliance/render.ts";
import { ACCESS_CONTROL_FILE, renderAccessControl } from "./docs/access-control.ts";
import { planOf } from "./plans.ts";

writeFileSync("docs/compliance.md", renderCompliance(FRAMEWORKS));
writeFileSync(ACCESS_CONTROL_FILE, renderAccessControl(await planOf("production")));
