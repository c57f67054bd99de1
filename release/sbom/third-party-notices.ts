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

/** LICENSE.txt of the Godot Engine, which is part of every export (https://godotengine.org/license). */
const GODOT_LICENCE = `Copyright (c) 2014-present Godot Engine contributors (see AUTHORS.md).
Copyright (c) 2007-2014 Juan Linietsky, Ariel Manzur.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

The licences of the engine's own third-party components are in its COPYRIGHT.txt; a project prints them with Engine.get_copyright_info().`;

/** The licences of the engine in `binaries/`, and of all packages whose code is in the bundle, as their terms require. */
export function renderThirdPartyNotices(packages: readonly BundledPackage[]): string {
  const parts = packages.map((bundled) => {
    const texts = noticeFiles(bundled).map((file) =>
      readFileSync(join(bundled.directory, file), "utf8").trim(),
    );
    const licence = licenceOf(bundled) ?? "see below";
    const body = texts.length === 0 ? "(The package contains no licence text.)" : texts.join("\n\n");
    return `${"=".repeat(80)}\n${bundled.name} ${bundled.version}, ${licence}\n\n${body.replaceAll("\r\n", "\n")}\n`;
  });
  const line = "=".repeat(80);
  const engine = `binaries/ contains the Godot Engine.\n\n${line}\nGodot Engine, MIT\n\n${GODOT_LICENCE}\n`;
  return `${engine}\nbin/spacetime-vr.mjs contains code of these ${packages.length} npm packages.\n\n${parts.join("\n")}`;
}

function noticeFiles({ directory }: BundledPackage): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && NOTICE_FILE.test(entry.name))
    .map(({ name }) => name)
    .toSorted();
}
