/** `node test/e2e/pulumi/print-operation-report.ts <file>` prints what the engine's suites recorded. */
import { renderOperationReport } from "./operation-report.ts";

process.stdout.write(renderOperationReport(process.argv[2] ?? ""));
