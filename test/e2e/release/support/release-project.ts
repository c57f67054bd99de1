import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { filledRawConfig, type Values } from "../../../support/filled-config.ts";

/** A repository with the filled-in stack file of the package environment, as an owner has it. */
export class ReleaseProject {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    for (const file of [".gitignore", "Pulumi.yaml", "Pulumi.local.yaml", "policy/config.yaml"]) {
      cpSync(file, join(directory, file));
    }
    this.#git("init", "--quiet", "--initial-branch", "main");
  }

  /** Writes the stack file with changes and commits it. */
  commit(message: string, change?: (values: Values) => void): void {
    const { values } = filledRawConfig("package", change);
    const config = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [`spacetime-vr:${key}`, value]),
    );
    const stack = { config: { "pulumi:disable-default-providers": ["*"], ...config } };
    writeFileSync(join(this.directory, "Pulumi.package.yaml"), stringify(stack));
    this.#git("add", "--all");
    this.#git("commit", "--quiet", "--message", message);
  }

  tag(name: string): void {
    this.#git("tag", name);
  }

  #git(...args: readonly string[]): void {
    const user = [
      "-c",
      "user.name=Release",
      "-c",
      "user.email=release@spacetime-vr.com",
      "-c",
      "commit.gpgsign=false",
    ];
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
    execFileSync("git", [...user, ...args], { cwd: this.directory, env });
  }
}
