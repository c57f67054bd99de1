import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { startPolicyPack } from "../../support/start-policy-pack.ts";

/** A resource in the form that Pulumi passes to a pack. */
export interface EngineResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly protect: boolean;
  readonly inputs: object;
  readonly outputs: object;
}

/** A violation that a policy reported. */
export interface Diagnostic {
  readonly policy: string;
  readonly level: "advisory" | "mandatory" | "other";
  readonly message: string;
  readonly urn: string;
}

/** The policy pack of this repository in a separate process, called as Pulumi calls it. */
export class PolicyPackProcess {
  readonly #process: ChildProcess;
  readonly #client: AnalyzerClient;

  private constructor(process: ChildProcess, port: string) {
    this.#process = process;
    this.#client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  static async start(
    stack: string,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<PolicyPackProcess> {
    const root = process.cwd();
    const runner = join(root, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js");
    const { child, port } = await startPolicyPack({
      runner,
      directory: join(root, "policy"),
      engineAddress: "127.0.0.1:0",
      environment: { PULUMI_NODEJS_STACK: stack, PULUMI_NODEJS_PROJECT: "spacetime-vr", ...variables },
    });
    return new PolicyPackProcess(child, port);
  }

  /** The names of its policies and their levels. */
  enforcementLevels(): Promise<ReadonlyMap<string, Diagnostic["level"]>> {
    return new Promise((resolve, reject) => {
      this.#client.getAnalyzerInfo(new Empty(), (error, info) => {
        if (error) return reject(error);
        resolve(
          new Map(
            info
              .getPoliciesList()
              .map((policy) => [policy.getName(), levelName(policy.getEnforcementlevel())]),
          ),
        );
      });
    });
  }

  /**
   * Passes the inputs of every resource and then the outputs of the whole stack, and returns the reported violations.
   */
  async analyze(resources: readonly EngineResource[]): Promise<readonly Diagnostic[]> {
    const single: Diagnostic[] = [];
    for (const resource of resources) {
      const request = new analyzer.AnalyzeRequest();
      request.setType(resource.type).setUrn(resource.urn).setName(resource.name);
      request.setProperties(structOf(resource.inputs)).setOptions(optionsOf(resource));
      single.push(...(await this.#call((done) => this.#client.analyze(request, done))));
    }
    const stack = new analyzer.AnalyzeStackRequest();
    stack.setResourcesList(resources.map(analyzerResource));
    return [...single, ...(await this.#call((done) => this.#client.analyzeStack(stack, done)))];
  }

  #call(
    call: (done: (error: Error | null, response: analyzer.AnalyzeResponse) => void) => unknown,
  ): Promise<readonly Diagnostic[]> {
    return new Promise((resolve, reject) => {
      call((error, response) => {
        if (error) return reject(error);
        resolve(response.getDiagnosticsList().map(diagnosticOf));
      });
    });
  }

  async stop(): Promise<void> {
    this.#client.close();
    const ended = once(this.#process, "exit");
    this.#process.kill();
    await ended;
  }
}

function structOf(value: object): Struct {
  return Struct.fromJavaScript(value as { [key: string]: JavaScriptValue });
}

function optionsOf({ protect }: EngineResource): analyzer.AnalyzerResourceOptions {
  return new analyzer.AnalyzerResourceOptions().setProtect(protect);
}

function analyzerResource(resource: EngineResource): analyzer.AnalyzerResource {
  return new analyzer.AnalyzerResource()
    .setType(resource.type)
    .setUrn(resource.urn)
    .setName(resource.name)
    .setProperties(structOf(resource.outputs))
    .setOptions(optionsOf(resource));
}

function levelName(level: number): Diagnostic["level"] {
  if (level === analyzer.EnforcementLevel.ADVISORY) return "advisory";
  return level === analyzer.EnforcementLevel.MANDATORY ? "mandatory" : "other";
}

function diagnosticOf(diagnostic: analyzer.AnalyzeDiagnostic): Diagnostic {
  return {
    policy: diagnostic.getPolicyname(),
    level: levelName(diagnostic.getEnforcementlevel()),
    message: diagnostic.getMessage(),
    urn: diagnostic.getUrn(),
  };
}
