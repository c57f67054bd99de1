import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../../../../components/shared/write-atomically.ts";

/** The variable with the directory of the double, for each of its programs. */
export const AWS_DOUBLE_VARIABLE = "SPACETIME_VR_AWS_DOUBLE";

/** The values of a resource. */
export type Values = Readonly<Record<string, unknown>>;

/** A resource that exists in the account. */
export interface AccountResource {
  readonly type: string;
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
  readonly createdAt: number;
  /** Only of KMS keys and secrets: scheduled for deletion, so that the name is taken and nothing can use it. */
  readonly deletionDays?: number;
}

/** What the account holds and how it behaves; the tests write it, and the provider and the `aws` command read it. */
export interface AccountState {
  readonly settings: AccountSettings;
  readonly resources: readonly AccountResource[];
  /** The number of objects of buckets and of images of repositories, by name. */
  readonly contents: Readonly<Record<string, number>>;
  /** Final snapshots of databases; their names cannot be used again. */
  readonly snapshots: readonly string[];
  /** Names of deleted resources, by `type name`, with the time at which they are free again. */
  readonly heldNames: Readonly<Record<string, number>>;
  readonly faults: readonly Fault[];
}

export interface AccountSettings {
  readonly account: string;
  /** The kubeconfig of the API server that plays the EKS cluster. */
  readonly kubeconfig: string;
  /** The principal whose credentials the deployment uses. */
  readonly caller: string;
  /** Roles and policies that exist before the deployment, by ARN. */
  readonly existing: readonly string[];
  /** Seconds until an access entry takes effect. */
  readonly accessEntrySeconds: number;
  /** Seconds between the ACTIVE add-on of cert-manager and the first answer of its webhook. */
  readonly webhookSeconds: number;
  /** Seconds during which the name of a deleted bucket is taken. */
  readonly bucketNameSeconds: number;
}

/** A failure that a test injects into the next matching calls. */
export interface Fault {
  readonly call: "create" | "read" | "update" | "delete";
  /** The type token. */
  readonly type: string;
  /**
   * `throttled`: rejected, after the retries of the SDK. `slow`: takes `seconds` longer. `failed`: an internal error of the
   * service. `killed`: the provider dies after AWS has created the resource, before the engine knows it.
   */
  readonly kind: "throttled" | "slow" | "failed" | "killed";
  readonly seconds?: number;
  readonly times: number;
}

const EMPTY: Omit<AccountState, "settings"> = {
  resources: [],
  contents: {},
  snapshots: [],
  heldNames: {},
  faults: [],
};

/** The account in a file, which every change reads and replaces, so that it survives the death of its writer. */
export class AwsAccount {
  readonly #file: string;

  constructor(directory: string) {
    this.#file = join(directory, "account.json");
  }

  static create(directory: string, settings: AccountSettings): AwsAccount {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const account = new AwsAccount(directory);
    if (!existsSync(account.#file)) account.#write({ ...EMPTY, settings });
    return account;
  }

  /** The account that the environment variable names. */
  static fromEnvironment(env: NodeJS.ProcessEnv = process.env): AwsAccount {
    const directory = env[AWS_DOUBLE_VARIABLE];
    if (directory === undefined) throw new Error(`${AWS_DOUBLE_VARIABLE} is not set.`);
    return new AwsAccount(directory);
  }

  read(): AccountState {
    return JSON.parse(readFileSync(this.#file, "utf8")) as AccountState;
  }

  /** Changes the state in one step: nothing else of this process runs between reading and writing. */
  change(change: (state: AccountState) => Partial<AccountState>): void {
    const state = this.read();
    this.#write({ ...state, ...change(state) });
  }

  /** Changes the inputs of resources by hand, past the deployment. */
  edit(type: string, change: (inputs: Values) => Values): void {
    this.change(({ resources }) => ({
      resources: resources.map((resource) =>
        resource.type === type ? { ...resource, inputs: change(resource.inputs) } : resource,
      ),
    }));
  }

  configure(settings: Partial<AccountSettings>): void {
    this.change((state) => ({ settings: { ...state.settings, ...settings } }));
  }

  inject(fault: Fault): void {
    this.change(({ faults }) => ({ faults: [...faults, fault] }));
  }

  /** The fault of this call, which is used up. */
  takeFault(call: Fault["call"], type: string): Fault | undefined {
    const found = this.read().faults.find((fault) => fault.call === call && fault.type === type);
    if (found === undefined) return undefined;
    this.change(({ faults }) => {
      const index = faults.findIndex((fault) => fault.call === call && fault.type === type);
      const left = found.times > 1 ? [{ ...found, times: found.times - 1 }] : [];
      return { faults: faults.toSpliced(index, 1, ...left) };
    });
    return found;
  }

  #write(state: AccountState): void {
    writeAtomically(this.#file, (temporary) =>
      writeFileSync(temporary, `${JSON.stringify(state, undefined, 1)}\n`, { mode: 0o600 }),
    );
  }
}
