import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { up } from "../../../operations/pulumi/deploy/up.ts";
import { init } from "../../../operations/pulumi/init/init.ts";
import { createPulumiCli } from "../../../operations/pulumi/pulumi-cli/pulumi-cli.ts";
import type { StackContext } from "../../../operations/pulumi/stack-context.ts";
import { StackFixture } from "../../operations/pulumi/support/stack-fixture.ts";
import { waitUntil } from "../control-plane/wait-until.ts";
import { type AwsDouble, startAwsDouble } from "../engine/aws-double.ts";
import { type Engine, prepareEngine } from "../engine/engine.ts";
import type { Fault } from "../engine/plugins/aws/account.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;
const TEST_TIMEOUT_MS = 5 * 60_000;
const ACCOUNT = "471112345678";
const BUCKET = "aws:s3/bucket:Bucket";

/** One bucket: the smallest program with a resource that takes time and that AWS creates only once. */
const renderProgram = (bucket: string): string => `
import { Provider } from "@pulumi/aws/provider.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
export default function program() {
  const provider = new Provider("aws", { region: "eu-central-1", allowedAccountIds: ["${ACCOUNT}"] });
  new Bucket("backups", { bucket: "${bucket}" }, { provider });
  return { url: "https://localhost:1" };
}
`;

describe("an update that was interrupted, with the real Pulumi CLI", () => {
  let engine: Engine;
  let double: AwsDouble;
  let scene: StackFixture;
  let context: StackContext;
  let env: NodeJS.ProcessEnv;
  let bucket: string;
  let round = 0;
  const yes = { yes: true, interactive: false };
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    engine = await prepareEngine();
    scene = new StackFixture();
    const kubeconfig = join(scene.directory, "kubeconfig");
    writeFileSync(kubeconfig, JSON.stringify({ clusters: [], users: [] }));
    double = await startAwsDouble({ account: ACCOUNT, kubeconfig, caller: "", existing: [] });
    const files = {
      "Pulumi.yaml": "name: spacetime-vr\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
      "package.json": '{"name":"program","version":"1.0.0","type":"module","main":"index.ts"}',
      "policy/package.json": '{"name":"pack","version":"0.0.1","type":"module","main":"index.js"}',
      "policy/index.js":
        'import { PolicyPack } from "@pulumi/policy";\nnew PolicyPack("test", { policies: [] });\n',
      "Pulumi.local.yaml": readFileSync("Pulumi.local.yaml", "utf8"),
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(scene.directory, path), text);
    const { FAKE_PULUMI_HOME: _, ...environment } = scene.env;
    env = {
      ...environment,
      ...double.env,
      PATH: [double.searchPath, ...engine.searchPath, process.env.PATH].join(delimiter),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const live = { stdout: () => undefined, stderr: () => undefined, interactive: false };
    const pulumi = createPulumiCli({ command: engine.pulumi, environment: env, live });
    context = { ...scene.context("local"), pulumi };
    await init({
      environment: "local",
      directory: scene.directory,
      backendUrl: `file://${scene.state}`,
      hasPassphrase: true,
      pulumi,
    });
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    for (const child of running) child.kill("SIGKILL");
    scene?.remove();
    await double?.stop();
    await engine?.remove();
  });

  /** Every test starts from a stack without interruption, and creates a bucket of its own. */
  beforeEach(() => {
    round += 1;
    bucket = `backups-${round}`;
    writeFileSync(join(scene.directory, "index.ts"), renderProgram(bucket));
  });

  const buckets = (): string[] =>
    double.account
      .read()
      .resources.filter(({ type }) => type === BUCKET)
      .map(({ inputs }) => String(inputs.bucket));

  function locks(): string[] {
    const directory = join(scene.state, ".pulumi", "locks", "organization", "spacetime-vr", "local");
    mkdirSync(directory, { recursive: true });
    // The backend keeps attributes next to each lock.
    return readdirSync(directory).filter((name) => name.endsWith(".json"));
  }

  /** Starts an update and returns when the fault has begun: AWS is creating the bucket. */
  async function startUpdate(fault: Pick<Fault, "kind" | "seconds">): Promise<ChildProcess> {
    double.account.inject({ call: "create", type: BUCKET, times: 1, ...fault });
    const args = ["up", "--stack", "local", "--yes", "--skip-preview", "--non-interactive"];
    const child = spawn(engine.pulumi, args, { cwd: scene.directory, env, stdio: "ignore" });
    running.add(child);
    child.once("exit", () => running.delete(child));
    const wait = {
      what: "the bucket is being created",
      signal: AbortSignal.timeout(TEST_TIMEOUT_MS),
      failure: () => undefined,
    };
    await waitUntil(wait, () => double.account.read().faults.length === 0);
    return child;
  }

  async function end(child: ChildProcess, ...signals: readonly NodeJS.Signals[]): Promise<void> {
    const ended = once(child, "exit");
    for (const signal of signals) child.kill(signal);
    await ended;
  }

  test(
    "kill -9: the next update names the command that resumes it, and that command works",
    async () => {
      await end(await startUpdate({ kind: "slow", seconds: 600 }), "SIGKILL");
      expect(locks()).toHaveLength(1);
      await expect(up(context, yes)).rejects.toThrow(
        /has 1 pending operations of an interrupted run: creating backups \(aws:s3\/bucket:Bucket\)\..*npm run up -- local --resume/s,
      );
      expect(await up(context, { ...yes, resume: true })).toMatchObject({ verdict: "good" });
      expect([buckets(), locks()]).toEqual([[bucket], []]);
      expect(scene.notes.join("\n")).toContain("belongs to a process that no longer runs");
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "two at once: the second update and its resumption are rejected while the first one runs, which then completes",
    async () => {
      const child = await startUpdate({ kind: "slow", seconds: 25 });
      await expect(up(context, { ...yes, resume: true })).rejects.toThrow(
        new RegExp(`\\(pid ${child.pid}\\).*is held by a process that still runs`, "s"),
      );
      await end(child);
      expect(buckets()).toEqual([bucket]);
      expect(await up(context, yes)).toMatchObject({ verdict: "good" });
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "Ctrl-C once: the running creation is finished and recorded, and the next update needs nothing else",
    async () => {
      await end(await startUpdate({ kind: "slow", seconds: 3 }), "SIGINT");
      expect(locks()).toEqual([]);
      expect(await up(context, yes)).toMatchObject({ verdict: "good" });
      expect(buckets()).toEqual([bucket]);
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "a provider that dies after AWS has created the resource: the resource is not lost, and is not created twice",
    async () => {
      double.account.inject({ call: "create", type: BUCKET, kind: "killed", times: 1 });
      await expect(up(context, yes)).rejects.toThrow("the update of local");
      expect(buckets()).toContain(bucket);
      await expect(up(context, { ...yes, resume: true })).rejects.toThrow("BucketAlreadyOwnedByYou");
      expect(buckets().filter((name) => name === bucket)).toHaveLength(1);
    },
    TEST_TIMEOUT_MS,
  );
});
