import type { AwsType } from "./aws-type.ts";
import { CLUSTER_TYPES } from "./cluster.ts";
import { DATA_STORE_TYPES } from "./data-stores.ts";
import { NETWORK_TYPES } from "./network.ts";
import { STORAGE_TYPES } from "./storage.ts";

/** Every type of AWS in the plans of staging and production. */
export const AWS_TYPES: Readonly<Record<string, AwsType>> = {
  ...CLUSTER_TYPES,
  ...DATA_STORE_TYPES,
  ...NETWORK_TYPES,
  ...STORAGE_TYPES,
};
