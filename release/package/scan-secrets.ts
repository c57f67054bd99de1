import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import type { Problem } from "../../components/shared/errors.ts";
import type { ArchiveEntry } from "../archive/archive-entry.ts";

/** Placeholders of the product's older documents and common ones: a value that must be replaced must not be shipped. */
const PLACEHOLDER = /REPLACE_WITH_[A-Z_]+|REPLACE_ME|CHANGE_?ME\b|INSERT_[A-Z_]+_HERE/;

/** Where a placeholder would be deployed. Documents and code may name them. */
const DEPLOYED_FILE = /^(?:config|kubernetes|monitoring)\//;

/**
 * Finds credentials in the texts of a package with the recommended rules of secretlint (keys of clouds and services, private keys,
 * passwords in URLs), and placeholders in what is deployed. Messages do not contain the credential.
 */
export async function findSecrets(entries: readonly ArchiveEntry[]): Promise<Problem[]> {
  const texts = entries.flatMap(({ path, content }) =>
    Buffer.isBuffer(content) && !content.includes(0) ? [{ path, text: content.toString("utf8") }] : [],
  );
  const problems: Problem[] = [];
  for (const { path, text } of texts) {
    problems.push(...(await findCredentials(path, text)));
    const [placeholder] = DEPLOYED_FILE.test(path) ? (PLACEHOLDER.exec(text) ?? []) : [];
    if (placeholder !== undefined) {
      const remedy = "Replace it with the real value in the stack file, or remove it.";
      problems.push({ subject: path, value: placeholder, rule: "must not contain a placeholder", remedy });
    }
  }
  return problems;
}

/** Texts of sources are short; larger files are assets. */
const MAX_SOURCE_BYTES = 4 * 1024 * 1024;

/** Finds credentials in files on disk, which are not deployed: placeholders are allowed. */
export async function findSecretsInFiles(entries: readonly ArchiveEntry[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { path, content } of entries) {
    if (Buffer.isBuffer(content) || content.size > MAX_SOURCE_BYTES) continue;
    const bytes = readFileSync(content.file);
    if (!bytes.includes(0)) problems.push(...(await findCredentials(path, bytes.toString("utf8"))));
  }
  return problems;
}

async function findCredentials(path: string, text: string): Promise<Problem[]> {
  const { messages } = await lintSource({
    source: { filePath: path, content: text, ext: extname(path), contentType: "text" },
    options: {
      noPhysicFilePath: true,
      maskSecrets: true,
      config: { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator }] },
    },
  });
  return messages.map(({ loc, messageId, ruleId }) => ({
    subject: `${path}:${loc.start.line}`,
    rule: `must not contain a credential (${messageId}, ${ruleId.split("/").at(-1) ?? ruleId})`,
    remedy: "Remove it, and rotate it if it was real.",
  }));
}
