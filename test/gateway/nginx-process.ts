import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderNginxConfig } from "../../components/gateway/nginx-config.ts";
import type { NginxOptions, NginxPaths } from "../../components/gateway/nginx-options.ts";

/** A directory with a self-signed certificate for `localhost`, which is also its own CA. */
export interface NginxFixture {
  readonly directory: string;
  readonly paths: NginxPaths;
  readonly remove: () => void;
}

/** Creates the files that the gateway's config refers to, in a new temporary directory. */
export function createNginxFixture(): NginxFixture {
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-gateway-"));
  const at = (name: string): string => join(directory, name);
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"].concat(
      ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:game-server.spacetime.svc"],
      ["-keyout", at("tls.key"), "-out", at("tls.crt")],
    ),
    { stdio: "pipe" },
  );
  mkdirSync(at("temporary"));
  const paths: NginxPaths = {
    certificate: at("tls.crt"),
    key: at("tls.key"),
    upstreamCaCertificate: at("tls.crt"),
    pid: at("nginx.pid"),
    temporary: at("temporary"),
    accessLog: at("access.log"),
    errorLog: at("error.log"),
  };
  return { directory, paths, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Writes the config for an nginx process on loopback. */
export function writeNginxConfig(shop: NginxFixture, options: Omit<NginxOptions, "paths">): string {
  const file = join(shop.directory, "nginx.conf");
  const config = renderNginxConfig({ ...options, paths: shop.paths });
  writeFileSync(file, config.replaceAll(/listen (\d+)/g, "listen 127.0.0.1:$1"));
  return file;
}

/** Starts nginx in the foreground and waits for its PID file; returns a function that stops it. */
export async function startNginx(
  nginx: string,
  configFile: string,
  shop: NginxFixture,
): Promise<() => Promise<void>> {
  const child = spawn(nginx, ["-e", shop.paths.errorLog, "-c", configFile, "-g", "daemon off;"], {
    stdio: "pipe",
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for (let waited = 0; !existsSync(shop.paths.pid); waited += 20) {
    if (child.exitCode !== null || waited > 5000) throw new Error(`nginx did not start: ${complaint}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return async () => {
    child.kill("SIGTERM");
    await exited;
  };
}
