import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { renderManifests } from "../../../plan/manifests/render-manifests.ts";
import { describeWithTool } from "../../support/tools.ts";
import { committedPlan } from "../plan-builders.ts";

interface Secret {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly stringData: Readonly<Record<string, string>>;
}

describeWithTool("openssl", "the script in docs/plan.md", () => {
  test("fills in every secret of the package, with certificates for each service", async () => {
    const script = /```bash\n(.+?)```/s.exec(readFileSync("docs/plan.md", "utf8"))?.[1] ?? "";
    const directory = mkdtempSync(join(tmpdir(), "fill-in-secrets-"));
    const files = renderManifests(await committedPlan("package"));
    for (const [name, text] of files) {
      mkdirSync(dirname(join(directory, "out", name)), { recursive: true });
      writeFileSync(join(directory, "out", name), text);
    }
    execFileSync("bash", ["-e", "-c", script], { cwd: directory, stdio: "pipe" });
    const secrets = new Map(
      [...files.keys()]
        .filter((name) => /\/secret-/.test(name))
        .map((name) => [name, parse(readFileSync(join(directory, "out", name), "utf8")) as Secret]),
    );
    rmSync(directory, { recursive: true });
    const all = [...secrets.values()];
    expect(
      all.flatMap(({ stringData }) => Object.values(stringData)).filter((v) => /^ref\+/.test(v)),
    ).toEqual([]);
    expect(all.flatMap(({ metadata }) => Object.keys(metadata.labels))).not.toContain(
      "spacetime-vr.com/secrets",
    );
    const { stringData: tls } = secrets.get("spacetime/secret-internal-tls.yaml") as Secret;
    const [ca, redis] = [
      new X509Certificate(tls["ca.crt"] ?? ""),
      new X509Certificate(tls["redis.crt"] ?? ""),
    ];
    expect(redis.checkIssued(ca) && redis.verify(ca.publicKey)).toBe(true);
    expect(redis.checkHost("redis.spacetime.svc")).toBe("redis.spacetime.svc");
  });
});
