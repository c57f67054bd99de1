import { isDeepStrictEqual } from "node:util";
import type * as grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct, { type JavaScriptValue, type Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { servePlugin, unary, unimplemented } from "./grpc-plugin.ts";

/** The properties of a resource; a value that is unknown in a preview is `UNKNOWN`. */
export type Properties = Readonly<Record<string, unknown>>;

/** What the engine sends for a string that is not known before the deployment (sdk/go/common/resource/plugin/rpc.go). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** How a test provider behaves for one resource type. */
export interface TestResource {
  /** The inputs that the type knows; the real provider rejects others too. */
  readonly inputs: readonly string[];
  readonly required: readonly string[];
  readonly outputs: readonly string[];
  /** Inputs that can change in place; every other change replaces the resource. */
  readonly updatable?: readonly string[];
  readonly create: (inputs: Properties) => Promise<{ readonly id: string; readonly outputs: Properties }>;
  /** Whether the resource must be replaced although no input has changed, as a certificate that is due for renewal. */
  readonly isDue?: (outputs: Properties) => boolean;
}

/** A provider for tests; its name and version say that it is not the real one. */
interface TestProvider {
  readonly name: string;
  readonly resources: Readonly<Record<string, TestResource>>;
}

/** Serves the provider and prints its port, as the engine expects it of a plugin. */
export async function serveProvider(definition: TestProvider): Promise<void> {
  const handlers = createHandlers(definition);
  const port = await servePlugin(ResourceProviderService as unknown as grpc.ServiceDefinition, handlers);
  process.stdout.write(`${port}\n`);
}

function createHandlers({ name, resources }: TestProvider): grpc.UntypedServiceImplementation {
  const resourceOf = (urn: string): TestResource => {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const found = resources[type];
    if (found === undefined) throw new Error(`the test provider ${name} does not know the type ${type}`);
    return found;
  };
  return {
    handshake: unary(() => new provider.ProviderHandshakeResponse()),
    parameterize: unimplemented,
    getSchema: unimplemented,
    checkConfig: unary((request: provider.CheckRequest) =>
      new provider.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary(() => new provider.DiffResponse()),
    configure: unary(() => new provider.ConfigureResponse().setSupportspreview(true)),
    invoke: unimplemented,
    call: unimplemented,
    check: unary((request: provider.CheckRequest) => check(resourceOf(request.getUrn()), request)),
    diff: unary((request: provider.DiffRequest) => diff(resourceOf(request.getUrn()), request)),
    create: unary((request: provider.CreateRequest) => create(resourceOf(request.getUrn()), request)),
    read: unary((request: provider.ReadRequest) =>
      new provider.ReadResponse()
        .setId(request.getId())
        .setInputs(request.getInputs())
        .setProperties(request.getProperties()),
    ),
    list: unimplemented,
    update: unary((request: provider.UpdateRequest) =>
      new provider.UpdateResponse().setProperties(
        structOf({ ...propertiesOf(request.getOlds()), ...propertiesOf(request.getNews()) }),
      ),
    ),
    delete: unary(() => new empty.Empty()),
    construct: unimplemented,
    cancel: unary(() => new empty.Empty()),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion("0.0.0-test")),
    attach: unary(() => new empty.Empty()),
    getMapping: unimplemented,
    getMappings: unimplemented,
  };
}

function check(resource: TestResource, request: provider.CheckRequest): provider.CheckResponse {
  const inputs = propertiesOf(request.getNews());
  const failures = [
    ...Object.keys(inputs)
      .filter((key) => !resource.inputs.includes(key) && key !== "__defaults")
      .map((key) => ({ key, reason: `unknown property ${key}` })),
    ...resource.required
      .filter((key) => inputs[key] === undefined)
      .map((key) => ({ key, reason: `missing required property ${key}` })),
  ];
  return new provider.CheckResponse()
    .setInputs(request.getNews())
    .setFailuresList(
      failures.map(({ key, reason }) => new provider.CheckFailure().setProperty(key).setReason(reason)),
    );
}

function diff(resource: TestResource, request: provider.DiffRequest): provider.DiffResponse {
  const [before, after] = [propertiesOf(request.getOldInputs()), propertiesOf(request.getNews())];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const due = resource.isDue?.(propertiesOf(request.getOlds())) === true ? ["readyForRenewal"] : [];
  const replaced = [...changed.filter((key) => resource.updatable?.includes(key) !== true), ...due];
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  return new provider.DiffResponse()
    .setChanges(changed.length + due.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...changed, ...due])
    .setReplacesList(replaced);
}

async function create(
  resource: TestResource,
  request: provider.CreateRequest,
): Promise<provider.CreateResponse> {
  const inputs = propertiesOf(request.getProperties());
  if (request.getPreview()) {
    const unknown = Object.fromEntries(resource.outputs.map((name) => [name, UNKNOWN]));
    return new provider.CreateResponse().setProperties(structOf({ ...unknown, ...inputs }));
  }
  const { id, outputs } = await resource.create(inputs);
  return new provider.CreateResponse().setId(id).setProperties(structOf({ ...inputs, ...outputs }));
}

function propertiesOf(given: Struct | undefined): Properties {
  return given?.toJavaScript() ?? {};
}

function structOf(properties: Properties): Struct {
  return struct.Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}
