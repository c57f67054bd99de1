import type { ChildProcess } from "node:child_process";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import { startPolicyPack } from "../../../support/start-policy-pack.ts";
import { MESSAGE_LIMITS, servePlugin } from "./grpc-plugin.ts";

/** A policy pack and where its output goes. */
interface PolicyPackOptions {
  /** The SDK's `cmd/run-policy-pack`. */
  readonly runner: string;
  readonly directory: string;
  readonly engineAddress: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onStart: (child: ChildProcess) => void;
  readonly onOutput: (channel: "stdout" | "stderr", text: Uint8Array) => void;
}

type Forward = (path: string, message: Buffer) => Promise<Buffer>;

/**
 * Serves a policy pack that is started only when the engine has sent the configuration of the stack, because the SDK reads it from the
 * environment while the pack loads. All other calls are forwarded unchanged.
 * @returns the port.
 */
export function servePolicyPackProxy(options: PolicyPackOptions): Promise<number> {
  let pack: Promise<Forward> | undefined;
  const definitions = Object.entries(AnalyzerService as unknown as grpc.ServiceDefinition);
  const raw = Object.fromEntries(
    definitions.map(([name, definition]) => [name, withoutSerialization(definition)]),
  );
  const handlers = definitions.map(([name, { path }]) => [
    name,
    ((call, respond) => {
      answer(name, path, call.request).then(
        (response) => respond(null, response),
        (error) => respond(error, null),
      );
    }) satisfies grpc.handleUnaryCall<Buffer, Buffer>,
  ]);
  const answer = async (name: string, path: string, message: Buffer): Promise<Buffer> => {
    if (name === "handshake") return Buffer.from(new analyzer.AnalyzerHandshakeResponse().serializeBinary());
    if (name === "configureStack") {
      const request = analyzer.AnalyzerStackConfigureRequest.deserializeBinary(message);
      pack = startPack(options, stackEnvironment(request));
    }
    pack ??= startPack(options, {});
    return (await pack)(path, message);
  };
  return servePlugin(raw, Object.fromEntries(handlers));
}

function withoutSerialization(
  definition: grpc.MethodDefinition<unknown, unknown>,
): grpc.MethodDefinition<unknown, unknown> {
  const unchanged = (value: unknown): Buffer => value as Buffer;
  return {
    ...definition,
    requestSerialize: unchanged,
    requestDeserialize: unchanged,
    responseSerialize: unchanged,
    responseDeserialize: unchanged,
  };
}

function stackEnvironment(request: analyzer.AnalyzerStackConfigureRequest): NodeJS.ProcessEnv {
  return {
    PULUMI_NODEJS_ORGANIZATION: request.getOrganization(),
    PULUMI_NODEJS_PROJECT: request.getProject(),
    PULUMI_NODEJS_STACK: request.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(request.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigSecretKeysList()),
  };
}

async function startPack(options: PolicyPackOptions, stack: NodeJS.ProcessEnv): Promise<Forward> {
  const { runner, directory, engineAddress, environment, onStart, onOutput } = options;
  const { child, port } = await startPolicyPack({
    runner,
    directory,
    engineAddress,
    environment: { ...environment, ...stack },
    onStart,
    onStderr: (text) => onOutput("stderr", text),
  });
  child.stdout.on("data", (text: Buffer) => onOutput("stdout", text));
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), MESSAGE_LIMITS);
  const unchanged = (value: Buffer): Buffer => value;
  return (path, message) =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, unchanged, unchanged, message, (error, response) => {
        if (error) reject(error);
        else resolve(response ?? Buffer.alloc(0));
      });
    });
}
