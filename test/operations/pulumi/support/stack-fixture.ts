import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import type { Environment } from "../../../../components/shared/environments.ts";
import { lockfileDigest } from "../../../../operations/pulumi/deploy/dependency-bundle.ts";
import { createPulumiCli } from "../../../../operations/pulumi/pulumi-cli/pulumi-cli.ts";
import type { StackContext } from "../../../../operations/pulumi/stack-context.ts";
import { createRecordStore, parseBackend } from "../../../../operations/pulumi/state/backend.ts";
import { createLedger, type LedgerRecord } from "../../../../operations/pulumi/state/ledger.ts";
import type { Verification } from "../../../../operations/pulumi/verification/verification.ts";

const SUPPORT_DIRECTORY = join(process.cwd(), "test", "operations", "pulumi", "support");
const FIXTURES = join(process.cwd(), "test", "fixtures", "pulumi-cli");

/** Recorded output of the real CLI. */
export function readCliFixture(name: string): { stdout: string; stderr: string; exit: number } {
  const text = (ending: string): string => {
    const path = join(FIXTURES, `${name}.${ending}`);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  return { stdout: text("stdout"), stderr: text("stderr"), exit: Number(text("exit") || 0) };
}

/** A recorded call of the fake CLI. */
interface RecordedCall {
  readonly verb: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly head?: string;
  readonly dirty: boolean;
  readonly config?: string;
  readonly policyConfig?: string;
  readonly packages?: string;
}

interface CannedAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
  readonly events?: string;
  readonly records?: boolean;
}

/** A past update, as described by a test. */
interface PastUpdate {
  readonly commit?: string;
  readonly kind?: string;
  readonly result?: string;
  readonly dirty?: boolean;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Undefined for an update without a record. */
  readonly record?: Partial<LedgerRecord>;
}

/** A repository, a file-backend state next to it, and the fake CLI on PATH. */
export class StackFixture {
  readonly root: string;
  readonly directory: string;
  readonly state: string;
  readonly notes: string[] = [];
  readonly live: string[] = [];
  verification: Verification = { verdict: "good", summary: "10 of 10 checks passed" };
  verified = 0;
  readonly #home: string;
  #clock = Date.UTC(2026, 9, 1) / 1000;
  #answers: Record<string, CannedAnswer> = {};

  constructor() {
    const all = join(process.cwd(), ".spacetime-vr", "tests");
    mkdirSync(all, { recursive: true });
    this.root = mkdtempSync(join(all, "pulumi-"));
    [this.directory, this.state, this.#home] = ["repository", "state", "home"].map((name) =>
      join(this.root, name),
    ) as [string, string, string];
    for (const path of [this.directory, this.state, this.#home]) mkdirSync(path);
    mkdirSync(join(this.state, ".pulumi"));
    writeFileSync(join(this.state, ".pulumi", "meta.yaml"), "version: 1\n");
    const script = readFileSync(join(SUPPORT_DIRECTORY, "fake-pulumi.mjs"), "utf8");
    writeFileSync(join(this.#home, "package.json"), '{"type":"module"}');
    writeFileSync(join(this.#home, "pulumi"), `#!${process.execPath}\n${script}`);
    chmodSync(join(this.#home, "pulumi"), 0o755);
    this.answer({});
    this.git("init", "--quiet", "--initial-branch=main");
    mkdirSync(join(this.directory, "policy"));
    cpSync(join(process.cwd(), "policy", "config.yaml"), join(this.directory, "policy", "config.yaml"));
    writeFileSync(join(this.directory, "policy", "PulumiPolicy.yaml"), "runtime: nodejs\n");
    writeFileSync(join(this.directory, ".gitignore"), "node_modules/\n.spacetime-vr/\n");
    writeFileSync(join(this.directory, "Pulumi.yaml"), "name: spacetime-vr\nruntime: nodejs\n");
    this.lock("first");
  }

  /** Installs another lockfile: one package with a marker and one development tool. */
  lock(marker: string): void {
    const packages = {
      "": {},
      "node_modules/marker": { version: marker },
      "node_modules/tool": { version: "1.0.0", dev: true },
    };
    writeFileSync(
      join(this.directory, "package-lock.json"),
      JSON.stringify({ lockfileVersion: 3, packages }),
    );
    for (const name of ["marker", "tool"]) {
      mkdirSync(join(this.directory, "node_modules", name), { recursive: true });
      writeFileSync(join(this.directory, "node_modules", name, `${name}.txt`), marker);
    }
  }

  /** Commits the stack file of staging and all other changes. @returns the commit */
  commit(stackFile: string): string {
    writeFileSync(join(this.directory, "Pulumi.staging.yaml"), stackFile);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "feat: a commit");
    return this.git("rev-parse", "HEAD");
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
    return execFileSync("git", [...identity, ...args], { cwd: this.directory, encoding: "utf8" }).trim();
  }

  get lockfile(): string {
    return lockfileDigest(readFileSync(join(this.directory, "package-lock.json"), "utf8"));
  }

  /** Adds an update to the history, as the file backend does, and its record to the ledger. */
  async happened({ record, ...past }: PastUpdate): Promise<string> {
    this.#clock += 3600;
    const stackFile = readFileSync(join(this.directory, "Pulumi.staging.yaml"), "utf8");
    const commit = past.commit ?? this.git("rev-parse", "HEAD");
    const directory = join(this.state, ".pulumi", "history", "spacetime-vr", "staging");
    mkdirSync(directory, { recursive: true });
    const entry = {
      kind: past.kind ?? "update",
      startTime: this.#clock,
      message: "feat: a commit",
      environment: { "git.head": commit, "git.dirty": String(past.dirty ?? false), "exec.kind": "cli" },
      config: past.config ?? {},
      result: past.result ?? "succeeded",
      endTime: this.#clock + 9,
      version: 0,
      resourceChanges: { same: 7, update: 1 },
    };
    const name = join(directory, `staging-${BigInt(this.#clock) * 1_000_000_000n}`);
    writeFileSync(`${name}.history.json`, JSON.stringify(entry));
    writeFileSync(
      `${name}.checkpoint.json`,
      JSON.stringify({ version: 3, checkpoint: { stack: "staging" } }),
    );
    const id = new Date(this.#clock * 1000).toISOString().replace(/\.\d+/, "").replace(/[-:]/g, "");
    if (record !== undefined) {
      await this.context().ledger.record({
        version: 1,
        id,
        kind: "up",
        commit,
        dirty: past.dirty ?? false,
        stackFile,
        lockfile: this.lockfile,
        schema: { version: 2, worksBackTo: 1 },
        verdict: "good",
        summary: "10 of 10 checks passed",
        startedAt: new Date(this.#clock * 1000).toISOString(),
        seconds: 61.5,
        ...record,
      });
    }
    return id;
  }

  /** Overrides the answers of the fake CLI by verb. */
  answer(answers: Record<string, CannedAnswer>): void {
    this.#answers = { ...this.#answers, ...answers };
    const settings = { answers: this.#answers, state: this.state, fixtures: FIXTURES };
    writeFileSync(join(this.#home, "settings.json"), JSON.stringify(settings));
  }

  /** The environment of a process that uses the fake CLI. */
  get env(): Record<string, string | undefined> {
    return {
      ...process.env,
      PATH: `${this.#home}${delimiter}${process.env.PATH}`,
      FAKE_PULUMI_HOME: this.#home,
      PULUMI_BACKEND_URL: `file://${this.state}`,
      PULUMI_CONFIG_PASSPHRASE: "of-this-test-alone",
    };
  }

  context(environment: Environment = "staging", reply?: string): StackContext {
    const store = createRecordStore(parseBackend(`file://${this.state}`, this.directory), process.env);
    const live = {
      stdout: (text: string) => void this.live.push(text),
      stderr: () => {},
      interactive: false,
    };
    return {
      environment,
      directory: this.directory,
      pulumi: createPulumiCli({ command: join(this.#home, "pulumi"), environment: this.env, live }),
      recordStore: store,
      ledger: createLedger(store, "spacetime-vr", environment),
      verify: async () => {
        this.verified += 1;
        return this.verification;
      },
      note: (sentence) => void this.notes.push(sentence),
      prompt: reply === undefined ? undefined : async () => reply,
    };
  }

  calls(): RecordedCall[] {
    const path = join(this.#home, "calls.jsonl");
    if (!existsSync(path)) return [];
    return readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  verbs(): string[] {
    return this.calls().map(({ verb }) => verb);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
