import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../../components/shared/environments.ts";
import { createPulumiCli } from "../../../operations/pulumi/pulumi-cli/pulumi-cli.ts";
import type { StackContext } from "../../../operations/pulumi/stack-context.ts";
import { createRecordStore, parseBackend } from "../../../operations/pulumi/state/backend.ts";
import { createLedger } from "../../../operations/pulumi/state/ledger.ts";
import type { Verification } from "../../../operations/pulumi/verification/verification.ts";
import type { PulumiStack } from "./pulumi-stack.ts";

/** The operations of this product on a stack: its program is in a git repository of its own, and the verdict of its verification is given. */
export interface Wrapper {
  readonly context: StackContext;
  verification: Verification;
  /** Commits every change of the program and the stack file. */
  readonly commit: () => string;
  /** The output of the CLI since the last call. */
  readonly takeOutput: () => string;
}

export function createWrapper(stack: PulumiStack, environment: Environment, pulumi: string): Wrapper {
  const { directory } = stack;
  const identity = [
    "-c",
    "user.name=Test",
    "-c",
    "user.email=test@example.com",
    "-c",
    "commit.gpgsign=false",
  ];
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...identity, ...args], { cwd: directory, encoding: "utf8" }).trim();
  // Node finds the packages of the repository above, so that none are saved.
  const lockfile = { lockfileVersion: 3, packages: { "": {} } };
  writeFileSync(join(directory, "package-lock.json"), JSON.stringify(lockfile));
  mkdirSync(join(directory, "node_modules"));
  writeFileSync(join(directory, ".gitignore"), "node_modules/\n.spacetime-vr/\n");
  git("init", "--quiet", "--initial-branch=main");
  let output = "";
  const record = (text: string): void => {
    output += text;
  };
  const store = createRecordStore(parseBackend(`file://${stack.state}`, directory), process.env);
  const wrapper: Wrapper = {
    verification: { verdict: "good", summary: "10 of 10 checks passed" },
    context: {
      environment,
      directory,
      pulumi: createPulumiCli({
        command: pulumi,
        environment: stack.env,
        live: { stdout: record, stderr: record, interactive: false },
      }),
      recordStore: store,
      ledger: createLedger(store, "spacetime-vr", environment),
      verify: async () => wrapper.verification,
      note: (sentence) => record(`${sentence}\n`),
      prompt: undefined,
    },
    commit: () => {
      git("add", "--all");
      git("commit", "--quiet", "--message", "feat: a change");
      return git("rev-parse", "HEAD");
    },
    takeOutput: () => {
      const taken = output;
      output = "";
      return taken;
    },
  };
  return wrapper;
}
