import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config.ts";
import { parseConfig } from "./parse-config.ts";
import { fromPulumiConfig } from "./stack-file/pulumi-config.ts";

// Separate from the parser, because the CLI of the release package parses stack files without the Pulumi SDK.
export { parseConfig } from "./parse-config.ts";

/** The config of the current stack, from the Pulumi engine or, in tests and plans, from `setAllConfig`. */
export function loadConfig(): Config {
  return parseConfig(fromPulumiConfig(pulumi.getStack(), pulumi.runtime.allConfig(), isSecretKey));
}

/** `isConfigSecret` is missing from the SDK's types, but the SDK's own `Config` class uses it. */
function isSecretKey(key: string): boolean {
  const runtime = pulumi.runtime as unknown as { readonly isConfigSecret: (key: string) => boolean };
  return runtime.isConfigSecret(key);
}
