import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A minimal program with one component per name. */
export function programWithComponents(...names: readonly string[]): string {
  const made = names.map(
    (name) => `  new pulumi.ComponentResource("test:index:Thing", ${JSON.stringify(name)});`,
  );
  return [
    'import * as pulumi from "@pulumi/pulumi";',
    "export default function program(): Record<string, unknown> {",
    ...made,
    "  return {};",
    "}",
    "",
  ].join("\n");
}

/** A Git repository for one test, below this product because its programs need the product's packages. */
export class GitRepository {
  readonly directory: string;

  constructor() {
    const all = join(process.cwd(), ".spacetime-vr", "tests");
    mkdirSync(all, { recursive: true });
    this.directory = mkdtempSync(join(all, "repository-"));
    this.git("init", "--quiet", "--initial-branch=main");
  }

  /** Writes files and commits them. */
  commit(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.directory, name), text);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "a commit");
  }

  git(...args: readonly string[]): string {
    const identity = [
      "-c",
      "user.name=Test",
      "-c",
      "user.email=test@example.com",
      "-c",
      "commit.gpgsign=false",
    ];
    const options = { cwd: this.directory, encoding: "utf8" } as const;
    return execFileSync("git", [...identity, ...args], options);
  }

  /** The checkouts, as directories and in Git's own list. */
  worktrees(): string[] {
    const directory = join(this.directory, ".spacetime-vr", "worktrees");
    const listed = this.git("worktree", "list", "--porcelain").match(/^worktree .*$/gm) ?? [];
    return [...(existsSync(directory) ? readdirSync(directory) : []), ...listed.slice(1)];
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
