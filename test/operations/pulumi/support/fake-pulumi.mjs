// A fake Pulumi CLI: it records each call, reads and writes a real file-backend state tree, and otherwise prints
// recorded output of the real CLI (test/fixtures/pulumi-cli). FAKE_PULUMI_HOME names a directory with calls.jsonl,
// answers.json and fixtures.json.
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const home = process.env.FAKE_PULUMI_HOME;
const args = process.argv.slice(2);
const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const stack = option("--stack");
const verb = args[0] === "stack" ? `stack ${args[1]}` : args[0];
const settings = JSON.parse(readFileSync(join(home, "settings.json"), "utf8"));

const git = (...rest) => {
  try {
    return execFileSync("git", rest, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
};
const readIf = (path) => (path !== undefined && existsSync(path) ? readFileSync(path, "utf8") : undefined);
const head = git("rev-parse", "HEAD");
const dirty = (git("status", "--porcelain") ?? "") !== "";
appendFileSync(
  join(home, "calls.jsonl"),
  `${JSON.stringify({
    verb,
    args,
    cwd: process.cwd(),
    head,
    dirty,
    config: readIf(option("--config-file")),
    policyConfig: readIf(option("--policy-pack-config")),
    packages: readIf("node_modules/marker/marker.txt"),
    passphrase: process.env.PULUMI_CONFIG_PASSPHRASE !== undefined,
  })}\n`,
);

const directory = join(settings.state, ".pulumi", "history", "spacetime-vr", stack ?? "");

const answer = settings.answers?.[verb];
if (answer !== undefined) {
  process.stdout.write(answer.stdout ?? "");
  process.stderr.write(answer.stderr ?? "");
  if (answer.events !== undefined && option("--event-log") !== undefined)
    writeFileSync(option("--event-log"), answer.events);
  if (answer.records === true) record("update", "failed");
  process.exit(answer.exit ?? 0);
}

switch (verb) {
  case "stack history":
    process.stdout.write(`${JSON.stringify(history(), undefined, 2)}\n`);
    break;
  case "stack export":
    process.stdout.write(readFileSync(join(settings.fixtures, "stack-export.stdout"), "utf8"));
    break;
  case "stack output":
    process.stdout.write('{\n  "url": "https://staging.spacetime-vr.com"\n}\n');
    break;
  case "preview":
    process.stdout.write(
      readFileSync(
        join(settings.fixtures, args.includes("--json") ? "preview-json.stdout" : "preview-text.stdout"),
        "utf8",
      ),
    );
    break;
  case "up":
    process.stdout.write(readFileSync(join(settings.fixtures, "up-dirty.stdout"), "utf8"));
    record("update", "succeeded");
    break;
  case "destroy":
    record("destroy", "succeeded");
    break;
  default:
    break;
}

// Prints the files like `stack history --json`: newest first, version always 0, without secret values.
function history() {
  const files = existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => name.endsWith(".history.json"))
        .sort()
        .reverse()
    : [];
  return files.slice(0, Number(option("--page-size") ?? 10)).map((name) => {
    const { kind, startTime, message, environment, config, result, endTime, resourceChanges } = JSON.parse(
      readFileSync(join(directory, name), "utf8"),
    );
    const values = Object.entries(config).map(([key, value]) => {
      if (typeof value === "object" && "secure" in value) return [key, { secret: true }];
      const text =
        typeof value === "string" ? { value } : { value: JSON.stringify(value), objectValue: value };
      return [key, { ...text, secret: false }];
    });
    return {
      version: 0,
      kind,
      startTime: new Date(startTime * 1000).toISOString(),
      message,
      environment,
      config: Object.fromEntries(values),
      result,
      endTime: new Date(endTime * 1000).toISOString(),
      resourceChanges,
    };
  });
}

function record(kind, result) {
  mkdirSync(directory, { recursive: true });
  const now = Date.now();
  const entry = {
    kind,
    startTime: Math.floor(now / 1000),
    message: option("--message") ?? git("log", "-1", "--format=%s") ?? "",
    environment: { "exec.kind": "cli", "git.head": head, "git.dirty": String(dirty) },
    config: {},
    result,
    endTime: Math.floor(now / 1000),
    version: 0,
    resourceChanges: { same: 7 },
  };
  const name = `${stack}-${BigInt(now) * 1_000_000n}`;
  writeFileSync(join(directory, `${name}.history.json`), JSON.stringify(entry));
  writeFileSync(join(directory, `${name}.checkpoint.json`), "{}");
}
