import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { runAddOns } from "../../cli/commands/config.ts";
import type { AwsCli } from "../../operations/aws-cli.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "eks-addons-"));
  for (const environment of ["local", "staging"])
    writeFileSync(join(directory, `Pulumi.${environment}.yaml`), readFileSync(`Pulumi.${environment}.yaml`));
});
afterEach(() => rmSync(directory, { recursive: true }));

const calls: string[][] = [];
/** As EKS: newest first, the default not always the newest. */
const eks: AwsCli = async (args) => {
  calls.push([...args]);
  const offered = ["v1.3.0-eksbuild.1", "v1.2.0-eksbuild.2"].map((addonVersion) => ({
    addonVersion,
    compatibilities: [{ clusterVersion: "1.35", defaultVersion: addonVersion.startsWith("v1.2") }],
  }));
  return {
    status: 0,
    stdout: JSON.stringify({ addons: [{ addonName: args[3], addonVersions: offered }] }),
    stderr: "",
  };
};

async function run(
  environment: string,
  options: { write?: boolean; json?: boolean },
  aws = eks,
): Promise<string> {
  let text = "";
  const stdout = (part: string): void => {
    text += part;
  };
  await runAddOns({ environment, directory, ...options }, aws, { stdout, colour: false });
  return text;
}

test("lists the default version of EKS for the cluster's Kubernetes version next to each pin", async () => {
  const text = await run("staging", {});
  expect(text).toMatch(
    /^cert-manager {14}v1\.2\.0-eksbuild\.2 {2}\(pinned v0\.0\.0-eksbuild\.0; 2 offered\)$/m,
  );
  expect(text).toContain("5 pins differ from the recommended versions; add --write to replace them");
  expect(calls[0]).toEqual(
    expect.arrayContaining(["describe-addon-versions", "--kubernetes-version", "1.35"]),
  );
});

test("--write replaces the pins and changes nothing else of the stack file", async () => {
  const before = readFileSync(join(directory, "Pulumi.staging.yaml"), "utf8").split("\n");
  expect(await run("staging", { write: true })).toContain("5 pins written to Pulumi.staging.yaml");
  const after = readFileSync(join(directory, "Pulumi.staging.yaml"), "utf8").split("\n");
  expect(after.filter((line) => line.includes("v1.2.0-eksbuild.2"))).toHaveLength(5);
  const rest = before.filter((line) => !/eksbuild|describe-addon-versions/.test(line));
  expect(after.filter((line) => !line.includes("eksbuild"))).toEqual(rest);
  expect(await run("staging", {})).toContain("staging has the recommended version of every add-on");
});

test("--json prints the versions for a program", async () => {
  const { addOns } = JSON.parse(await run("staging", { json: true }));
  expect(addOns[0]).toEqual({
    name: "cert-manager",
    pinned: "v0.0.0-eksbuild.0",
    recommended: "v1.2.0-eksbuild.2",
    available: ["v1.3.0-eksbuild.1", "v1.2.0-eksbuild.2"],
  });
});

test("without credentials it ends with exit code 3 and the reason", async () => {
  const failing: AwsCli = async () => ({ status: 253, stdout: "", stderr: "Unable to locate credentials" });
  await expect(run("staging", {}, failing)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("Unable to locate credentials"),
  });
});

test("an environment without EKS has no add-ons", async () => {
  await expect(run("local", {})).rejects.toThrow("is not eks");
});
