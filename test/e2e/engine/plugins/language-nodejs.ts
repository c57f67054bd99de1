/**
 * A language host for tests: it starts the SDK's own `cmd/run` for programs and `cmd/run-policy-pack` for policy packs, so everything
 * that matters is the real SDK. The host of the Pulumi distribution is preferred where it is installed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { servePlugin, unary, unimplemented } from "./grpc-plugin.ts";
import { servePolicyPackProxy } from "./policy-pack-proxy.ts";

const VERSION = "0.0.0-test";

/** The exit code of a program that has already reported its error (nodeJSProcessExitedAfterLoggingUserActionableMessage). */
const REPORTED_EXIT_CODE = 32;

const children = new Set<ChildProcess>();

/** The address of the engine, the last argument. */
const engineAddress = process.argv.at(-1) ?? "";

function resolveRunner(directory: string, runner: "run" | "run-policy-pack"): string {
  return createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/cmd/${runner}`);
}

function programArguments(request: language.RunRequest): string[] {
  const flags: readonly (readonly [string, string])[] = [
    ["monitor", request.getMonitorAddress()],
    ["engine", engineAddress],
    ["organization", request.getOrganization()],
    ["project", request.getProject()],
    ["stack", request.getStack()],
    ["pwd", request.getPwd()],
    ["dry-run", request.getDryrun() ? "true" : ""],
    ["parallel", String(request.getParallel())],
    ["root-directory", request.getInfo()?.getRootDirectory() ?? ""],
  ];
  return [
    ...flags.filter(([, value]) => value !== "").flatMap(([name, value]) => [`--${name}`, value]),
    request.getInfo()?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

async function run(request: language.RunRequest): Promise<language.RunResponse> {
  const directory = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const config = Object.fromEntries(request.getConfigMap().entries());
  const child = spawn("node", [resolveRunner(directory, "run"), ...programArguments(request)], {
    cwd: request.getPwd() || directory,
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      // Programs are ECMAScript modules, which Node runs with its own type stripping.
      PULUMI_NODEJS_TYPESCRIPT: "false",
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  children.add(child);
  const [code] = (await once(child, "exit")) as [number | null];
  children.delete(child);
  const response = new language.RunResponse();
  if (code === REPORTED_EXIT_CODE) response.setBail(true);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code ?? "a signal"}`);
  return response;
}

/** The engine reads the port of the pack from the standard output of the plugin, as from any other plugin. */
const runPlugin: grpc.handleServerStreamingCall<language.RunPluginRequest, language.RunPluginResponse> = (
  call,
) => {
  const directory = call.request.getInfo()?.getProgramDirectory() || call.request.getProgram();
  if (call.request.getKind() !== "analyzer") {
    const details = `the test language host runs policy packs only, not a plugin of kind ${call.request.getKind()}`;
    call.destroy(Object.assign(new Error(details), { code: grpc.status.UNIMPLEMENTED, details }));
    return;
  }
  const output = (channel: "stdout" | "stderr", text: Uint8Array): void => {
    const response = new language.RunPluginResponse();
    if (channel === "stdout") response.setStdout(text);
    else response.setStderr(text);
    call.write(response);
  };
  servePolicyPackProxy({
    runner: resolveRunner(directory, "run-policy-pack"),
    directory,
    engineAddress,
    environment: environmentFrom(call.request.getEnvList()),
    onStart: (child) => {
      children.add(child);
      child.once("exit", (code) => {
        children.delete(child);
        const response = new language.RunPluginResponse();
        response.setExitcode(code ?? 1);
        call.write(response);
        call.end();
      });
    },
    onOutput: output,
  }).then(
    (port) => output("stdout", Buffer.from(`${port}\n`)),
    (error: unknown) => call.destroy(error as Error),
  );
};

function environmentFrom(entries: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    entries.map((entry) => [entry.split("=", 1)[0], entry.slice(entry.indexOf("=") + 1)]),
  );
}

function stopChildren(): empty.Empty {
  for (const child of children) child.kill("SIGTERM");
  return new empty.Empty();
}

const handlers: grpc.UntypedServiceImplementation = {
  handshake: unary(() => new language.LanguageHandshakeResponse()),
  getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
  getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
  run: unary(run),
  getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(VERSION)),
  installDependencies: unimplemented as grpc.UntypedHandleCall,
  runtimeOptionsPrompts: unary(() => new language.RuntimeOptionsResponse()),
  template: unimplemented,
  about: unary(() => new language.AboutResponse().setVersion(process.version)),
  getProgramDependencies: unary(() => new language.GetProgramDependenciesResponse()),
  runPlugin,
  generateProgram: unimplemented,
  generateProject: unimplemented,
  generatePackage: unimplemented,
  pack: unimplemented,
  link: unimplemented,
  cancel: unary(stopChildren),
};

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    stopChildren();
    process.exit(0);
  });
}
process.stdout.write(
  `${await servePlugin(LanguageRuntimeService as unknown as grpc.ServiceDefinition, handlers)}\n`,
);
