import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BundledPackage } from "../bundle/bundle-cli.ts";

const NOTICE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** The licence of a package in its package.json; undefined if it states none. */
export function licenceOf({ directory }: BundledPackage): string | undefined {
  const { license } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
    license?: unknown;
  };
  return typeof license === "string" && license !== "" ? license : undefined;
}

/** The licences of all packages whose code is in the bundle, as their terms require. */
export function renderThirdPartyNotices(packages: readonly BundledPackage[]): string {
  const parts = packages.map((bundled) => {
    const texts = noticeFiles(bundled).map((file) =>
      readFileSync(join(bundled.directory, file), "utf8").trim(),
    );
    const licence = licenceOf(bundled) ?? "see below";
    const body = texts.length === 0 ? "(The package contains no licence text.)" : texts.join("\n\n");
    return `${"=".repeat(80)}\n${bundled.name} ${bundled.version}, ${licence}\n\n${body.replaceAll("\r\n", "\n")}\n`;
  });
  return `bin/spacetime-vr.mjs contains code of these ${packages.length} npm packages.\n\n${parts.join("\n")}`;
}

function noticeFiles({ directory }: BundledPackage): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && NOTICE_FILE.test(entry.name))
    .map(({ name }) => name)
    .toSorted();
}
