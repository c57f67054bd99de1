import { spawn } from "node:child_process";
import { once } from "node:events";
import { eventually, freePort } from "../../support/ports.ts";
import { findTool } from "../../support/tools.ts";

/** Loading moto takes seconds, and longer on a busy machine. */
export const MOTO_STARTUP_MS = 300_000;

/** A running moto_server with a bucket. */
export interface MotoServer {
  readonly endpoint: string;
  /** The variables with which the AWS CLI uses it. */
  readonly variables: NodeJS.ProcessEnv;
  readonly stop: () => Promise<void>;
}

/** Starts moto_server on loopback and creates a bucket. */
export async function startMotoServer(bucket: string): Promise<MotoServer> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(findTool("moto_server") ?? "", ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
  });
  await eventually("moto_server answers", MOTO_STARTUP_MS / 1000, async () =>
    (await isResponding(endpoint)) ? true : undefined,
  );
  await fetch(`${endpoint}/${bucket}`, {
    method: "PUT",
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/s3/aws4_request" },
  });
  return {
    endpoint,
    variables: {
      ...process.env,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_DEFAULT_REGION: "eu-central-1",
    },
    stop: async () => {
      const ended = once(server, "exit");
      server.kill();
      await ended;
    },
  };
}

function isResponding(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
