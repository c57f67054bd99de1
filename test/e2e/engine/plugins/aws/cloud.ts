import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { AccountResource, AccountState, AwsAccount, Fault, Values } from "./account.ts";
import { type AwsCall, AwsError, type AwsFailure } from "./errors.ts";
import { findReferenced, REFERENCE_KINDS, type ReferenceName, valuesAt } from "./references.ts";
import type { AwsType, Place, Reference } from "./types/aws-type.ts";
import { AWS_TYPES } from "./types/index.ts";

const SECOND_MS = 1000;

const KEY = "aws:kms/key:Key";
const SECRET = "aws:secretsmanager/secret:Secret";
const BUCKET = "aws:s3/bucket:Bucket";
const INSTANCE = "aws:rds/instance:Instance";

/** The default waiting period of KMS and of Secrets Manager. */
const DEFAULT_DELETION_DAYS = 30;

/** The calls of AWS that create, read, change and delete resources of an account. */
export class AwsCloud {
  readonly #account: AwsAccount;

  constructor(account: AwsAccount) {
    this.#account = account;
  }

  async create(type: string, inputs: Values, place: Place): Promise<AccountResource> {
    const definition = typeOf(type);
    const call: AwsCall = { service: definition.service, operation: `Create${definition.noun}` };
    const fault = await this.#begin("create", type, call);
    await this.#waitForName(type, definition, inputs);
    const state = this.#account.read();
    rejectMissingReferences(state, definition, inputs, call);
    rejectCollision(state, type, definition, inputs, call);
    const id =
      definition.id?.(inputs, place) ?? `${definition.noun.toLowerCase()}-${randomBytes(8).toString("hex")}`;
    const resource: AccountResource = {
      type,
      id,
      inputs,
      outputs: { region: place.region, ...definition.outputs?.(inputs, place, id) },
      createdAt: Date.now(),
    };
    this.#account.change(({ resources }) => ({ resources: [...resources, resource] }));
    // The engine never learns of the resource.
    if (fault?.kind === "killed") process.kill(process.pid, "SIGKILL");
    return resource;
  }

  async read(type: string, id: string): Promise<AccountResource | undefined> {
    const { service, noun } = typeOf(type);
    await this.#begin("read", type, { service, operation: `Describe${noun}` });
    return findResource(this.#account.read(), type, id);
  }

  async update(type: string, id: string, inputs: Values): Promise<AccountResource> {
    const definition = typeOf(type);
    const call: AwsCall = { service: definition.service, operation: `Update${definition.noun}` };
    await this.#begin("update", type, call);
    const state = this.#account.read();
    const found = findResource(state, type, id);
    if (found === undefined) throw new AwsError(call, [404, "ResourceNotFoundException", `${id} not found.`]);
    rejectMissingReferences(state, definition, inputs, call);
    const updated = { ...found, inputs, outputs: mergeOutputs(found.outputs, inputs) };
    this.#replace(found, [updated]);
    return updated;
  }

  async remove(type: string, id: string): Promise<void> {
    const definition = typeOf(type);
    const call: AwsCall = { service: definition.service, operation: `Delete${definition.noun}` };
    await this.#begin("delete", type, call);
    const state = this.#account.read();
    const found = findResource(state, type, id);
    // The real provider takes a resource that is gone for a deleted one.
    if (found === undefined) return;
    const kept = definition.keeps?.(found.inputs, state) ?? dependentFailure(state, found);
    if (kept !== undefined) throw new AwsError(call, kept);
    const days = deletionDays(found);
    this.#replace(found, days > 0 ? [{ ...found, deletionDays: days }] : []);
    // The versions of a secret go with it, although the deployment keeps them.
    if (type === SECRET && days === 0)
      this.#account.change(({ resources }) => ({
        resources: resources.filter(({ inputs }) => inputs.secretId !== id),
      }));
    if (type === BUCKET) this.#holdName(type, String(found.inputs.bucket));
    if (type === INSTANCE && found.inputs.skipFinalSnapshot !== true)
      this.#account.change(({ snapshots }) => ({
        snapshots: [...snapshots, String(found.inputs.finalSnapshotIdentifier)],
      }));
  }

  #replace(old: AccountResource, next: readonly AccountResource[]): void {
    this.#account.change(({ resources }) => ({
      resources: resources.flatMap((resource) =>
        resource.type === old.type && resource.id === old.id ? next : [resource],
      ),
    }));
  }

  async #begin(name: Fault["call"], type: string, call: AwsCall): Promise<Fault | undefined> {
    const fault = this.#account.takeFault(name, type);
    if (fault?.kind === "slow") await sleep((fault.seconds ?? 0) * SECOND_MS);
    if (fault?.kind === "throttled") throw new AwsError(call, [400, "ThrottlingException", "Rate exceeded"]);
    if (fault?.kind === "failed")
      throw new AwsError(call, [500, "ServerException", "An internal error occurred."]);
    return fault;
  }

  #holdName(type: string, name: string): void {
    const { bucketNameSeconds } = this.#account.read().settings;
    if (bucketNameSeconds === 0) return;
    const until = Date.now() + bucketNameSeconds * SECOND_MS;
    this.#account.change(({ heldNames }) => ({ heldNames: { ...heldNames, [`${type} ${name}`]: until } }));
  }

  /** The real provider repeats a call that fails with OperationAborted until the name is free. */
  async #waitForName(type: string, { unique = [] }: AwsType, inputs: Values): Promise<void> {
    const until = this.#account.read().heldNames[`${type} ${unique.map((key) => inputs[key]).join(" ")}`];
    if (until !== undefined) await sleep(Math.max(0, until - Date.now()));
  }
}

function typeOf(type: string): AwsType {
  const found = AWS_TYPES[type];
  if (found === undefined) throw new Error(`the AWS double does not know the type ${type}`);
  return found;
}

function findResource(state: AccountState, type: string, id: string): AccountResource | undefined {
  return state.resources.find(
    (resource) => resource.type === type && resource.id === id && resource.deletionDays === undefined,
  );
}

function referencesOf({ references = {} }: AwsType): readonly (readonly [string, Reference])[] {
  return Object.entries(references).map(([path, reference]) => [
    path,
    typeof reference === "string" ? { name: reference } : reference,
  ]);
}

function rejectMissingReferences(
  state: AccountState,
  definition: AwsType,
  inputs: Values,
  call: AwsCall,
): void {
  for (const [path, { name, failure }] of referencesOf(definition)) {
    for (const value of valuesAt(inputs, path).map(String)) {
      if (findReferenced(state, name, value) !== undefined) continue;
      throw new AwsError(call, (failure ?? defaultFailure(name))(value));
    }
  }
  const { permissionsBoundary } = inputs;
  if (permissionsBoundary !== undefined && !state.settings.existing.includes(String(permissionsBoundary))) {
    const text = `Scope ARN: ${permissionsBoundary} does not exist or is not attachable.`;
    throw new AwsError(call, [404, "NoSuchEntity", text]);
  }
}

function defaultFailure(name: ReferenceName): (value: string) => AwsFailure {
  return REFERENCE_KINDS[name].failure;
}

function rejectCollision(
  { resources }: AccountState,
  type: string,
  { unique, collision }: AwsType,
  inputs: Values,
  call: AwsCall,
): void {
  if (unique === undefined || collision === undefined) return;
  const same = resources.find(
    (resource) =>
      resource.type === type && unique.every((property) => resource.inputs[property] === inputs[property]),
  );
  if (same === undefined) return;
  const name = String(inputs[unique.at(-1) === "vpcId" ? "name" : (unique.at(-1) ?? "")]);
  if (type === SECRET && same.deletionDays !== undefined)
    throw new AwsError(call, [
      400,
      "InvalidRequestException",
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    ]);
  throw new AwsError(call, collision(name));
}

/** What AWS answers if another resource still needs this one. */
function dependentFailure(state: AccountState, target: AccountResource): AwsFailure | undefined {
  for (const resource of state.resources) {
    const definition = AWS_TYPES[resource.type];
    if (definition === undefined) continue;
    for (const [path, { name, blocks }] of referencesOf(definition)) {
      if (blocks === undefined || REFERENCE_KINDS[name].type !== target.type) continue;
      const values = valuesAt(resource.inputs, path).map(String);
      if (values.some((value) => findReferenced(state, name, value) === target)) return blocks;
    }
  }
  return undefined;
}

function deletionDays({ type, inputs }: AccountResource): number {
  if (type === KEY) return Number(inputs.deletionWindowInDays ?? DEFAULT_DELETION_DAYS);
  if (type === SECRET) return Number(inputs.recoveryWindowInDays ?? DEFAULT_DELETION_DAYS);
  return 0;
}

/** Outputs keep the parts that AWS computed, such as the security group of a cluster. */
function mergeOutputs(outputs: Values, inputs: Values): Values {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [
      key,
      isObject(value) && isObject(inputs[key]) ? { ...value, ...(inputs[key] as Values) } : value,
    ]),
  );
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
