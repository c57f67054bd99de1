/** A strict double of pulumi-aws for tests: the properties of the real SDK, and a cloud that rejects what AWS rejects. */
import { readFileSync } from "node:fs";
import { AwsAccount, type Values } from "./aws/account.ts";
import { checkInputs } from "./aws/check.ts";
import { AwsCloud } from "./aws/cloud.ts";
import { EksApi } from "./aws/eks-api.ts";
import type { SdkTypes } from "./aws/sdk-types.ts";
import type { Place } from "./aws/types/aws-type.ts";
import { AWS_TYPES } from "./aws/types/index.ts";
import { type Properties, serveProvider, type TestResource, UNKNOWN } from "./provider-server.ts";

const account = AwsAccount.fromEnvironment();
const types = JSON.parse(readFileSync(process.env.SPACETIME_VR_AWS_TYPES ?? "", "utf8")) as SdkTypes;
const cloud = new AwsCloud(account);
const eks = new EksApi(account);
let region = "";

const isUnknown = (value: unknown): boolean => value === UNKNOWN;

function placeOf(inputs: Values): Place {
  const { account: id, kubeconfig } = account.read().settings;
  return { account: id, region: String(inputs.region ?? region), server: EksApi.server(kubeconfig) };
}

function configure(values: Properties): void {
  const { account: own } = account.read().settings;
  const allowed = JSON.parse(String(values.allowedAccountIds ?? "[]")) as readonly string[];
  region = String(values.region ?? "");
  if (region === "") throw new Error("missing required configuration key aws:region");
  if (allowed.length > 0 && !allowed.includes(own)) throw new Error(`AWS account ID not allowed: ${own}`);
}

function resourceOf(type: string): TestResource | undefined {
  const definition = AWS_TYPES[type];
  if (definition === undefined || types.resources[type] === undefined) return undefined;
  return {
    replacedBy: definition.replacedBy,
    check: (inputs) => checkInputs(types, type, inputs, isUnknown),
    preview: (inputs) => hideComputed(definition.outputs?.(inputs, placeOf(inputs), UNKNOWN) ?? {}, inputs),
    create: async (inputs) => {
      const resource = await cloud.create(type, inputs, placeOf(inputs));
      await eks.created(resource);
      return { id: resource.id, outputs: { ...inputs, ...resource.outputs } };
    },
    read: async (id) => {
      const resource = await cloud.read(type, id);
      return resource && { inputs: resource.inputs, outputs: { ...resource.inputs, ...resource.outputs } };
    },
    update: async (id, inputs) => {
      const resource = await cloud.update(type, id, inputs);
      return { ...inputs, ...resource.outputs };
    },
    remove: async (id) => {
      const resource = await cloud.read(type, id);
      await cloud.remove(type, id);
      if (resource !== undefined) await eks.deleted(resource);
    },
  };
}

/** Everything that AWS computes is unknown in a preview; what the inputs say is known. */
function hideComputed(outputs: Values, inputs: Values): Values {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => {
      const given = inputs[key];
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        return [key, hideComputed(value as Values, (given ?? {}) as Values)];
      return [key, given === undefined ? UNKNOWN : given];
    }),
  );
}

await serveProvider({ name: "aws", resource: resourceOf, configure });
