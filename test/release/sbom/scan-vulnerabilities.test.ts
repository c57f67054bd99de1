import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { scanVulnerabilities } from "../../../release/sbom/scan-vulnerabilities.ts";

describe("the vulnerability report", () => {
  let scratch = "";
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-scan-"));
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  /** Stands for a scanner: the formats are those of trivy 0.6x and grype 0.9x. */
  function install(name: string, script: string): void {
    writeFileSync(join(scratch, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(scratch, name), 0o755);
  }
  const scan = () => scanVulnerabilities("sbom.json", scratch);

  test("is unproven without a scanner, never empty", () => {
    expect(scan()).toEqual({ verdict: "unproven", reason: "neither trivy nor grype is on the PATH" });
  });

  test.each([
    ["trivy", `echo '{"Results":[{"Vulnerabilities":[{},{}]},{},{"Vulnerabilities":[{}]}]}'`, 3],
    ["trivy", "echo '{}'", 0],
    ["grype", `echo '{"matches":[{},{}]}'`, 2],
  ])("contains what %s found", (name, script, findings) => {
    install(name, script);
    expect(scan()).toMatchObject({ verdict: "scanned", scanner: name, findings });
  });

  test("is unproven if the scanner has no database, with its reason", () => {
    install("grype", 'echo "[0000] ERROR failed to load vulnerability db" >&2; exit 1');
    expect(scan()).toEqual({
      verdict: "unproven",
      reason: "grype failed: [0000] ERROR failed to load vulnerability db",
    });
  });

  test("is unproven if the scanner prints something else", () => {
    install("trivy", "echo done");
    expect(scan()).toEqual({ verdict: "unproven", reason: "trivy printed no JSON" });
  });
});
