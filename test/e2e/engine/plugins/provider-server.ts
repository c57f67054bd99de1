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
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A property that the provider rejects. */
export interface CheckProblem {
  readonly key: string;
  readonly reason: string;
}

/** How a test provider behaves for one resource type. */
export interface TestResource {
  /** What the real provider rejects, at least unknown and missing properties; see `checkNames`. */
  readonly check: (inputs: Properties) => readonly CheckProblem[];
  /** The outputs that only the real creation knows. */
  readonly outputs?: readonly string[];
  /** The outputs of a preview, for types whose outputs are nested. */
  readonly preview?: (inputs: Properties) => Properties;
  /** Inputs that can change in place; every other change replaces the resource. */
  readonly updatable?: readonly string[];
  /** Dotted paths whose change replaces the resource; every other input can change in place. Overrides `updatable`. */
  readonly replacedBy?: readonly string[];
  readonly create: (inputs: Properties) => Promise<{ readonly id: string; readonly outputs: Properties }>;
  /** The resource as it is now; undefined if it is gone. @default as the engine remembers it */
  readonly read?: (
    id: string,
  ) => Promise<{ readonly inputs: Properties; readonly outputs: Properties } | undefined>;
  /** Returns the outputs. @default the old outputs with the new inputs */
  readonly update?: (id: string, inputs: Properties) => Promise<Properties>;
  readonly remove?: (id: string) => Promise<void>;
  /** Whether the resource must be replaced although no input has changed, as a certificate that is due for renewal. */
  readonly isDue?: (outputs: Properties) => boolean;
}

/** A provider for tests; its name and version say that it is not the real one. */
interface TestProvider {
  readonly name: string;
  readonly resource: (type: string) => TestResource | undefined;
  /** Throws if the provider cannot be used with this configuration. */
  readonly configure?: (config: Properties) => void;
}

/** The resource types of a provider as a record. */
export function findByType(resources: Readonly<Record<string, TestResource>>): TestProvider["resource"] {
  return (type) => resources[type];
}

/** Serves the provider and prints its port, as the engine expects it of a plugin. */
export async function serveProvider(definition: TestProvider): Promise<void> {
  const handlers = createHandlers(definition);
  const port = await servePlugin(ResourceProviderService as unknown as grpc.ServiceDefinition, handlers);
  process.stdout.write(`${port}\n`);
}

function createHandlers({ name, resource, configure }: TestProvider): grpc.UntypedServiceImplementation {
  const resourceOf = (urn: string): TestResource => {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const found = resource(type);
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
    configure: unary((request: provider.ConfigureRequest) => {
      configure?.(propertiesOf(request.getArgs()));
      return new provider.ConfigureResponse().setSupportspreview(true);
    }),
    invoke: unimplemented,
    call: unimplemented,
    check: unary((request: provider.CheckRequest) => check(resourceOf(request.getUrn()), request)),
    diff: unary((request: provider.DiffRequest) => diff(resourceOf(request.getUrn()), request)),
    create: unary((request: provider.CreateRequest) => create(resourceOf(request.getUrn()), request)),
    read: unary((request: provider.ReadRequest) => read(resourceOf(request.getUrn()), request)),
    list: unimplemented,
    update: unary((request: provider.UpdateRequest) => update(resourceOf(request.getUrn()), request)),
    delete: unary(async (request: provider.DeleteRequest) => {
      await resourceOf(request.getUrn()).remove?.(request.getId());
      return new empty.Empty();
    }),
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
  const failures = resource.check(inputs);
  return new provider.CheckResponse()
    .setInputs(request.getNews())
    .setFailuresList(
      failures.map(({ key, reason }) => new provider.CheckFailure().setProperty(key).setReason(reason)),
    );
}

/** A check that rejects properties with other names, and missing ones. */
export function checkNames(known: readonly string[], required: readonly string[]): TestResource["check"] {
  return (inputs) => [
    ...Object.keys(inputs)
      .filter((key) => !known.includes(key) && key !== "__defaults")
      .map((key) => ({ key, reason: `unknown property ${key}` })),
    ...required
      .filter((key) => inputs[key] === undefined)
      .map((key) => ({ key, reason: `missing required property ${key}` })),
  ];
}

function diff(resource: TestResource, request: provider.DiffRequest): provider.DiffResponse {
  const [before, after] = [propertiesOf(request.getOldInputs()), propertiesOf(request.getNews())];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const due = resource.isDue?.(propertiesOf(request.getOlds())) === true ? ["readyForRenewal"] : [];
  const replaced = [...replacingKeys(resource, changed, before, after), ...due];
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  return new provider.DiffResponse()
    .setChanges(changed.length + due.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...changed, ...due])
    .setReplacesList(replaced);
}

function replacingKeys(
  { replacedBy, updatable = [] }: TestResource,
  changed: readonly string[],
  before: Properties,
  after: Properties,
): readonly string[] {
  if (replacedBy === undefined) return changed.filter((key) => !updatable.includes(key));
  return replacedBy.filter((path) => !isDeepStrictEqual(valueAt(before, path), valueAt(after, path)));
}

function valueAt(properties: Properties, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Properties | null | undefined)?.[key], properties);
}

async function create(
  resource: TestResource,
  request: provider.CreateRequest,
): Promise<provider.CreateResponse> {
  const inputs = propertiesOf(request.getProperties());
  if (request.getPreview()) {
    const unknown = Object.fromEntries((resource.outputs ?? []).map((name) => [name, UNKNOWN]));
    const outputs = { ...unknown, ...inputs, ...resource.preview?.(inputs) };
    return new provider.CreateResponse().setProperties(structOf(outputs));
  }
  const { id, outputs } = await resource.create(inputs);
  return new provider.CreateResponse().setId(id).setProperties(structOf({ ...inputs, ...outputs }));
}

async function read(resource: TestResource, request: provider.ReadRequest): Promise<provider.ReadResponse> {
  const id = request.getId();
  if (resource.read === undefined)
    return new provider.ReadResponse()
      .setId(id)
      .setInputs(request.getInputs())
      .setProperties(request.getProperties());
  const found = await resource.read(id);
  // An answer without an id means that the resource is gone.
  if (found === undefined) return new provider.ReadResponse();
  return new provider.ReadResponse()
    .setId(id)
    .setInputs(structOf(found.inputs))
    .setProperties(structOf(found.outputs));
}

async function update(
  resource: TestResource,
  request: provider.UpdateRequest,
): Promise<provider.UpdateResponse> {
  const [olds, news] = [propertiesOf(request.getOlds()), propertiesOf(request.getNews())];
  const outputs =
    resource.update === undefined || request.getPreview()
      ? { ...olds, ...news }
      : await resource.update(request.getId(), news);
  return new provider.UpdateResponse().setProperties(structOf(outputs));
}

function propertiesOf(given: Struct | undefined): Properties {
  return given?.toJavaScript() ?? {};
}

function structOf(properties: Properties): Struct {
  return struct.Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}
