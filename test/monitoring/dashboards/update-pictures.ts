import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { dashboards } from "../../../components/monitoring/dashboards/index.ts";
import { picture } from "./picture.ts";

/** Where the guide shows the layouts from. */
const DIRECTORY = "docs/images/dashboards";

mkdirSync(DIRECTORY, { recursive: true });
for (const { fileName, json } of dashboards()) {
  const path = join(DIRECTORY, fileName.replace(/json$/, "svg"));
  writeFileSync(path, picture(JSON.parse(json) as Dashboard));
  process.stdout.write(`${path}\n`);
}
