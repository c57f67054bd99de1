import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import program from "../../../index.ts";
import { type Rendering, renderSecrets } from "../../../operations/secrets/rendering.ts";
import { planEnvironment } from "../../../plan/plan-environment.ts";
import { replaceDomain } from "../../../release/deployment/replace-domain.ts";
import { CHART_DIRECTORY } from "../../../release/package/package-layout.ts";
import { filledRawConfig } from "../../support/filled-config.ts";

describe("the secrets of a site with its own domain", () => {
  let root = "";
  let rendering: Rendering;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "spacetime-vr-domain-"));
    mkdirSync(join(root, CHART_DIRECTORY), { recursive: true });
    writeFileSync(join(root, CHART_DIRECTORY, "values.yaml"), "domain: play.spacetime-vr.com\n");
    rendering = renderSecrets(await planEnvironment(program, filledRawConfig("package")));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test("have a public certificate for that domain, and nothing else changes", () => {
    const replaced = replaceDomain(rendering, root, "vr.customer.org");
    const certificate = replaced.index.generators.find(
      ({ name }) => name === "certificates-public-certificate",
    );
    expect(certificate?.inputs).toMatchObject({
      dnsNames: ["vr.customer.org"],
      subject: { commonName: "vr.customer.org" },
    });
    const back = JSON.stringify(replaced.index).replaceAll("vr.customer.org", "play.spacetime-vr.com");
    expect(JSON.parse(back)).toEqual(rendering.index);
  });

  test.each(["https://vr.customer.org", "VR.customer.org", ""])("%j is not a domain", (domain) => {
    expect(() => replaceDomain(rendering, root, domain)).toThrow(/is not a lower-case host name/);
  });

  test("are not generated for another domain if the package brings its own certificate", () => {
    const imported = { ...rendering, index: { ...rendering.index, generators: [] } };
    expect(() => replaceDomain(imported, root, "vr.customer.org")).toThrow(/generates no certificate/);
  });
});
