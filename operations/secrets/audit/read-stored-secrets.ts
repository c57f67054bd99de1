import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import { DATA_ENCRYPTION_KEYS, SECRET_NAMES } from "../../../components/shared/secret-names.ts";
import { RECORD_FILE } from "../value-directory.ts";
import type { StoredSecret } from "./audit-values.ts";

/** Where secrets of this project are stored: the directories of `secrets generate` and of the local deployment. */
export function defaultDirectories(project: string): readonly string[] {
  const state = join(project, ".spacetime-vr");
  return [
    ...ENVIRONMENTS.map((environment) => join(state, "secrets", environment)),
    join(state, "local"),
  ].filter((directory) => existsSync(join(directory, "secrets")));
}

/** Reads the secrets, keys and certificates of a directory. */
export function readStoredSecrets(directory: string): readonly StoredSecret[] {
  const created = readCreationTimes(directory);
  return [...listFiles(directory, "secrets"), ...listFiles(directory, "tls")].flatMap(
    ({ path, name, part }) => {
      const kind = valueKindOf(part, name);
      if (kind === undefined) return [];
      const { mode, mtimeMs } = statSync(path);
      return [
        {
          source: directory,
          kind,
          path,
          text: readFileSync(path, "utf8").replace(/\r?\n$/, kind === "random" ? "" : "\n"),
          mode: process.platform === "win32" ? undefined : mode,
          created: created.get(name) ?? mtimeMs,
          isDataKey: (DATA_ENCRYPTION_KEYS as readonly string[]).includes(name),
        },
      ];
    },
  );
}

interface ListedFile {
  readonly path: string;
  readonly name: string;
  readonly part: "secrets" | "tls";
}

function listFiles(directory: string, part: ListedFile["part"]): ListedFile[] {
  const parent = join(directory, part);
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ path: join(parent, name), name, part }));
}

function valueKindOf(part: ListedFile["part"], name: string): StoredSecret["kind"] | undefined {
  if (part === "secrets") return (SECRET_NAMES as readonly string[]).includes(name) ? "random" : undefined;
  if (name.endsWith(".key")) return "key";
  return name.endsWith(".crt") ? "certificate" : undefined;
}

/** The times of the record of `secrets generate`, by secret. */
function readCreationTimes(directory: string): ReadonlyMap<string, number> {
  try {
    const record = JSON.parse(readFileSync(join(directory, RECORD_FILE), "utf8")) as {
      readonly generators: Readonly<Record<string, { readonly created: string }>>;
    };
    return new Map(
      Object.entries(record.generators).map(([name, { created }]) => [
        name.replace(/^secrets-/, ""),
        Date.parse(created),
      ]),
    );
  } catch {
    return new Map();
  }
}
