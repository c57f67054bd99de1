import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { startControlPlane } from "./control-plane.ts";
import { findExistingCluster } from "./existing-cluster.ts";

let folder: string;
let kubeconfig: string;
let env: NodeJS.ProcessEnv;

/** A fake kubectl that answers `config view --minify` for a kubeconfig with this server. */
async function writeFakeKubectl(server: string): Promise<void> {
  const view = { "current-context": "some", clusters: [{ name: "some", cluster: { server } }] };
  const script = `#!/bin/sh
[ -e "$KUBECONFIG" ] || { echo "no such file" >&2; exit 1; }
echo '${JSON.stringify(view)}'
`;
  await writeFile(path.join(folder, "kubectl"), script);
  await chmod(path.join(folder, "kubectl"), 0o755);
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "spacetime-vr-existing-"));
  kubeconfig = path.join(folder, "config");
  await writeFile(kubeconfig, "");
  env = { PATH: [folder, process.env.PATH].join(path.delimiter) };
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("KUBECONFIG", () => {
  test.each([
    "https://127.0.0.1:6443",
    "https://localhost:6443",
    "https://0.0.0.0:39541",
    "https://[::1]:6443",
  ])("with a local cluster (%s) is used, and nothing is started or stopped", async (server) => {
    await writeFakeKubectl(server);
    const lines: string[] = [];
    const progress = (line: string) => void lines.push(line);
    const plane = await startControlPlane({ env: { ...env, KUBECONFIG: kubeconfig }, progress });
    expect(plane).toMatchObject({ existing: true, kubeconfig, server, pids: [], directory: undefined });
    expect(lines).toEqual([`using context "some" of KUBECONFIG at ${server}; nothing is started or stopped`]);
    await plane.stop();
  });

  test.each([
    "https://api.example.com",
    "https://10.0.0.1:6443",
    "https://127.0.0.1.example.com",
    "nonsense",
  ])(
    "with a remote cluster (%s) is rejected, because a shell may still point at production",
    async (server) => {
      await writeFakeKubectl(server);
      await expect(findExistingCluster({ ...env, KUBECONFIG: kubeconfig })).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining(`KUBECONFIG selects context "some" at ${server}`),
      });
    },
  );

  test("counts as unset when it is empty", async () => {
    expect(await findExistingCluster({ ...env, KUBECONFIG: "" })).toBeUndefined();
  });
});

describe("an unusable KUBECONFIG", () => {
  test("is reported when its file is missing, with how to continue without it", async () => {
    await writeFakeKubectl("https://127.0.0.1:6443");
    await expect(findExistingCluster({ ...env, KUBECONFIG: "/nowhere" })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^KUBECONFIG is "\/nowhere".*no such file.*Unset KUBECONFIG/s),
    });
  });

  test("is reported with exit code 3 when kubectl is missing", async () => {
    const attempt = findExistingCluster({ PATH: folder, KUBECONFIG: kubeconfig });
    await expect(attempt).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^kubectl was not found/),
    });
  });
});

test("SPACETIME_VR_E2E_KUBECONFIG takes precedence over KUBECONFIG and may be a remote cluster", async () => {
  await writeFakeKubectl("https://api.example.com");
  const variables = { SPACETIME_VR_E2E_KUBECONFIG: kubeconfig, KUBECONFIG: "/nowhere" };
  expect(await findExistingCluster({ ...env, ...variables })).toEqual({
    kubeconfig,
    server: "https://api.example.com",
    origin: 'context "some" of SPACETIME_VR_E2E_KUBECONFIG',
  });
});
