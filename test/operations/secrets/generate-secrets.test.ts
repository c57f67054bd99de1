import { X509Certificate } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { parseAllDocuments } from "yaml";
import { SECRET_NAMES } from "../../../components/shared/secret-names.ts";
import { generateSecrets } from "../../../operations/secrets/generate-secrets.ts";
import { readRenderedSecrets, renderSecrets } from "../../../operations/secrets/rendering.ts";
import { renderPlanToDirectory } from "../../../plan/manifests/render-directory.ts";
import { type Draft, planOf } from "../../support/plans.ts";

const DAY_MS = 86_400_000;

/** Values that were generated once, for every test. */
let generated = "";
let parent = "";
let out = "";
beforeAll(async () => {
  generated = mkdtempSync(join(tmpdir(), "spacetime-vr-generated-"));
  out = join(generated, "values");
  await generate();
});
afterAll(() => rmSync(generated, { recursive: true }));
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "spacetime-vr-secrets-"));
  out = join(parent, "values");
  cpSync(join(generated, "values"), out, { recursive: true });
});
afterEach(() => rmSync(parent, { recursive: true }));

interface Change {
  readonly change?: (values: Draft) => void;
  readonly rotate?: boolean;
  readonly now?: number;
}

/** An EC key for the public pair: generating RSA keys of 4096 bits in every test would take seconds. */
async function renderQuickly(change?: Change["change"]) {
  const rendering = renderSecrets(await planOf("package", change));
  const index = structuredClone(rendering.index);
  for (const generator of index.generators)
    if (generator.inputs.algorithm === "RSA") generator.inputs = { algorithm: "ECDSA", ecdsaCurve: "P256" };
  return { ...rendering, index };
}

async function generate({ change, rotate = false, ...rest }: Change = {}) {
  return generateSecrets({ rendering: await renderQuickly(change), directory: out, rotate, ...rest });
}

const read = (file: string): string => readFileSync(join(out, file), "utf8");
const raiseApiToken = (values: Draft): void => {
  values.secretVersions = { "api-token": 2 };
};

interface Secret {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly stringData: Readonly<Record<string, string>>;
}

const documents = (file: string): Secret[] =>
  parseAllDocuments(read(file)).map((document) => document.toJS() as Secret);

describe("the generated values", () => {
  test("are 13 secrets of 32 random bytes, each different, with a base64 twin", async () => {
    const values = SECRET_NAMES.map((name) => read(`secrets/${name}`));
    expect(new Set(values).size).toBe(13);
    for (const [index, value] of values.entries()) {
      const encoding = SECRET_NAMES[index] === "redis-password" ? "hex" : "base64";
      expect(Buffer.from(value, encoding)).toHaveLength(32);
      expect(Buffer.from(value, encoding).toString(encoding)).toBe(value);
      expect(Buffer.from(read(`secrets/${SECRET_NAMES[index]}.base64`), "base64").toString()).toBe(value);
    }
  });

  test("include an RSA-4096 pair for the domain that is valid for 365 days", async () => {
    rmSync(out, { recursive: true });
    const rendering = renderSecrets(await planOf("package"));
    await generateSecrets({ rendering, directory: out, rotate: false });
    const certificate = new X509Certificate(read("tls/spacetime.crt"));
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(4096);
    expect(certificate.checkHost("play.example.com")).toBe("play.example.com");
    expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(364.9 * DAY_MS);
    expect(Date.parse(certificate.validTo) - Date.now()).toBeLessThan(365.1 * DAY_MS);
    expect(Buffer.from(read("tls/spacetime.key.base64"), "base64").toString()).toBe(
      read("tls/spacetime.key"),
    );
  });

  test("include a CA and a certificate for each server, with client authentication where a server is a client", async () => {
    const ca = new X509Certificate(read("tls/ca.crt"));
    expect(ca.ca).toBe(true);
    const names = readdirSync(join(out, "tls")).filter(
      (name) => name.endsWith(".crt") && name !== "spacetime.crt",
    );
    expect(names).toHaveLength(14);
    for (const name of names.filter((one) => one !== "ca.crt")) {
      const leaf = new X509Certificate(read(`tls/${name}`));
      expect(leaf.checkIssued(ca) && leaf.verify(ca.publicKey)).toBe(true);
      const usages = leaf.keyUsage ?? [];
      const isClient = /^(alertmanager|backup-repository|postgres|postgres-exporter)\.crt$/.test(name);
      expect([name, usages.includes("1.3.6.1.5.5.7.3.2")]).toEqual([name, isClient]);
    }
  });

  test("can be read only by their owner, and git ignores them", async () => {
    await generate();
    const entries = readdirSync(out, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
      expect([entry.name, mode]).toEqual([entry.name, entry.isDirectory() ? 0o700 : 0o600]);
    }
    expect(read(".gitignore")).toBe("*\n");
  });

  test("have the seeds' names in aliases.env", async () => {
    expect(read("aliases.env").trim().split("\n")).toEqual([
      `API_TOKEN=${read("secrets/api-token")}`,
      `GRAFANA_ADMIN_PASSWORD=${read("secrets/grafana-admin-password")}`,
      `REDIS_PASSWORD=${read("secrets/redis-password")}`,
    ]);
  });
});

describe("the manifests", () => {
  test("of the values contain every Secret filled in, and the template contains no value", async () => {
    const secrets = documents("secrets.yaml");
    expect(secrets).toHaveLength(12);
    const values = secrets.flatMap(({ stringData }) => Object.values(stringData));
    expect(values.filter((value) => value.startsWith("ref+"))).toEqual([]);
    expect(secrets.find(({ metadata }) => metadata.name.startsWith("grafana-"))?.stringData).toEqual({
      "grafana-admin-password": read("secrets/grafana-admin-password"),
    });
    const template = read("secrets-template.yaml");
    for (const value of values) expect(template).not.toContain(value.split("\n")[1] ?? value);
    for (const { metadata } of documents("secrets-template.yaml"))
      expect(metadata.labels["spacetime-vr.com/secrets"]).toMatch(/references only/);
  });

  test("in a rendered directory are filled in, again without effect, and the template stays free of values", async () => {
    rmSync(out, { recursive: true });
    const rendered = join(parent, "out");
    renderPlanToDirectory(await planOf("package"), rendered);
    const fill = () =>
      generateSecrets({
        rendering: readRenderedSecrets(rendered, "package"),
        directory: out,
        fill: rendered,
        rotate: false,
      });
    expect((await fill()).filled).toHaveLength(12);
    const file = join(rendered, "spacetime", "secret-internal-tls.yaml");
    const first = readFileSync(file, "utf8");
    expect(first).toContain("BEGIN PRIVATE KEY");
    expect(first).not.toMatch(/ref\+|spacetime-vr\.com\/secrets/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await fill()).toMatchObject({ created: [], replaced: [] });
    expect(readFileSync(file, "utf8")).toBe(first);
    expect(read("secrets-template.yaml")).not.toContain("PRIVATE KEY");
    const other = join(parent, "other-values");
    await expect(
      generateSecrets({
        rendering: readRenderedSecrets(rendered, "package"),
        directory: other,
        fill: rendered,
        rotate: false,
      }),
    ).rejects.toThrow(/filled in with another value/);
    expect(existsSync(other)).toBe(false);
  });

  test("of another environment or of another program are rejected", async () => {
    const rendered = join(parent, "out");
    renderPlanToDirectory(await planOf("local"), rendered);
    expect(() => readRenderedSecrets(rendered, "package")).toThrow(/contains the manifests of local/);
    expect(() => readRenderedSecrets(parent, "package")).toThrow(/no complete rendering/);
    const index = join(rendered, "secrets.references.yaml");
    writeFileSync(
      index,
      readFileSync(index, "utf8").replaceAll(/file: spacetime\/secret-/g, "file: ../secret-"),
    );
    expect(() => readRenderedSecrets(rendered, "local")).toThrow(/cannot be read as a rendering/);
  });
});

describe("existing values", () => {
  test("are kept by a second run", async () => {
    const before = SECRET_NAMES.map((name) => read(`secrets/${name}`));
    expect(await generate()).toMatchObject({ created: [], replaced: [], due: [] });
    expect(SECRET_NAMES.map((name) => read(`secrets/${name}`))).toEqual(before);
  });

  test("are replaced for a raised version only with --rotate; the old value is kept aside", async () => {
    const before = read("secrets/api-token");
    await expect(generate({ change: raiseApiToken })).rejects.toThrow(/secrets\/api-token: .*--rotate/);
    expect(read("secrets/api-token")).toBe(before);
    expect(await generate({ change: raiseApiToken, rotate: true })).toMatchObject({
      created: [],
      replaced: ["secrets/api-token"],
    });
    expect(read("secrets/api-token")).not.toBe(before);
    const [time = ""] = readdirSync(join(out, "previous"));
    expect(read(`previous/${time}/secrets/api-token`)).toBe(before);
    expect(await generate({ change: raiseApiToken })).toMatchObject({ created: [], replaced: [] });
  });

  test("of certificates are renewed in the last third of their lifetime, with --rotate", async () => {
    const now = Date.now() + 250 * DAY_MS;
    const first = read("tls/redis.crt");
    expect((await generate({ now })).due).toHaveLength(14);
    expect(read("tls/redis.crt")).toBe(first);
    const { replaced, due } = await generate({ now, rotate: true });
    expect([replaced.length, due]).toEqual([14, []]);
    expect(replaced).not.toContain("tls/ca.crt");
    expect(read("tls/redis.crt")).not.toBe(first);
  });

  test("of an own certificate are used when they are put in place first", async () => {
    const pair = ["crt", "key"].map((suffix) => read(`tls/spacetime.${suffix}`));
    rmSync(out, { recursive: true });
    mkdirSync(join(out, "tls"), { recursive: true });
    writeFileSync(join(out, "tls", "spacetime.crt"), pair[0] ?? "");
    writeFileSync(join(out, "tls", "spacetime.key"), pair[1] ?? "");
    expect((await generate()).kept).toEqual(["tls/spacetime.key", "tls/spacetime.crt"]);
    expect(read("tls/spacetime.crt")).toBe(pair[0]);
  });

  test.each([
    ["missing", "secrets/api-token", (path: string) => rmSync(path), /is missing/],
    ["empty", "secrets/api-token", (path: string) => writeFileSync(path, ""), /is empty/],
    ["truncated", "secrets/api-token", (path: string) => writeFileSync(path, "abc"), /shorter than 32/],
    ["unreadable", "tls/redis.crt", (path: string) => writeFileSync(path, "-----BEGIN"), /not a certificate/],
    [
      "of another key",
      "tls/redis.key",
      (path: string) => renameSync(path.replace("redis", "grafana"), path),
      /redis\.crt: does not belong/,
    ],
  ])("that are %s are reported by name and replaced only with --rotate", async (_, file, damage, rule) => {
    damage(join(out, file));
    await expect(generate()).rejects.toThrow(rule);
    const { replaced } = await generate({ rotate: true });
    expect(replaced.length).toBeGreaterThan(0);
    expect((await generate()).replaced).toEqual([]);
  });

  test.each([false, true])("of data keys are never replaced (rotate: %s)", async (rotate) => {
    const path = join(out, "secrets", "player-data-key");
    const before = readFileSync(path, "utf8");
    rmSync(path);
    await expect(generate({ rotate })).rejects.toThrow(
      /player-data-key: .*Restore it from a copy: without it/,
    );
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, before);
    await generate();
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test("of another environment are rejected", async () => {
    const rendering = renderSecrets(await planOf("local"));
    await expect(generateSecrets({ rendering, directory: out, rotate: false })).rejects.toThrow(
      /contains the secrets of package.*must not share secrets/,
    );
  });
});

test.each([".bashrc", "secrets/x Pulumi.yaml"])(
  "a directory with other files (%s) is rejected, because it would be replaced as a whole",
  async (files) => {
    rmSync(out, { recursive: true });
    mkdirSync(join(out, "secrets"), { recursive: true });
    for (const file of files.split(" ")) writeFileSync(join(out, file), "");
    if (files === ".bashrc") rmSync(join(out, "secrets"), { recursive: true });
    const before = readdirSync(out);
    await expect(generate()).rejects.toThrow(/contains other files/);
    expect(readdirSync(out)).toEqual(before);
  },
);

describe("values that are not generated", () => {
  test("are asked for by file name and then used", async () => {
    const rendering = await renderQuickly();
    const [entry] = rendering.index.references;
    const index = {
      ...rendering.index,
      references: [
        ...rendering.index.references.filter((one) => one !== entry),
        { ...entry, reference: "ref+given://spacetime-monitoring/alertmanager-1/slackWebhookUrl" },
      ],
    } as typeof rendering.index;
    const run = () => generateSecrets({ rendering: { ...rendering, index }, directory: out, rotate: false });
    await expect(run()).rejects.toThrow(/given\/spacetime-monitoring\/slackWebhookUrl: is missing/);
    mkdirSync(join(out, "given", "spacetime-monitoring"), { recursive: true });
    writeFileSync(join(out, "given", "spacetime-monitoring", "slackWebhookUrl"), "https://hooks.test/T1\n");
    await run();
    expect(read("secrets.yaml")).toContain(": https://hooks.test/T1\n");
  });
});

describe("an interrupted or failing run", () => {
  test("between the two renames is completed by the next run", async () => {
    const before = read("secrets/api-token");
    renameSync(out, `${out}.0a1b2c3d.old`);
    mkdirSync(`${out}.0a1b2c3d.new`);
    expect(await generate()).toMatchObject({ created: [], replaced: [] });
    expect(read("secrets/api-token")).toBe(before);
    expect(readdirSync(parent)).toEqual(["values"]);
  });

  test("leaves nothing of a new directory and nothing changed in an old one", async () => {
    chmodSync(parent, 0o500);
    const failing = process.getuid?.() === 0 ? mkdtempSync(join(tmpdir(), "spacetime-vr-file-")) : parent;
    const blocked = join(failing, "file", "values");
    if (failing !== parent) writeFileSync(join(failing, "file"), "");
    const rendering = await renderQuickly();
    await expect(generateSecrets({ rendering, directory: blocked, rotate: false })).rejects.toThrow(
      /cannot be/,
    );
    expect(existsSync(blocked)).toBe(false);
    chmodSync(parent, 0o700);
    if (failing !== parent) rmSync(failing, { recursive: true });
  });
});
