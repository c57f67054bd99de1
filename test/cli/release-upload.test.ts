import { resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { runCliInProcess } from "../support/run-cli.ts";

const upload = (...args: string[]) => runCliInProcess(resolve("."), ["release", "upload", ...args]);
const ARCHIVE = "dist/spacetime-vr-v2.5.0.tar.gz";

test.each([
  ["without a destination", [ARCHIVE, "--key", "k.asc"], /--to <url>/],
  ["without a key to verify the release", [ARCHIVE, "--to", "s3://releases/vr"], /--key <file>/],
  ["to an address of another kind", [ARCHIVE, "--key", "k.asc", "--to", "https://x.org/y"], /must be s3:/],
  [
    "of a file that is no release",
    ["package.json", "--key", "k.asc", "--to", "s3://releases/vr"],
    /archive of a release/,
  ],
])("an upload %s is a usage error", async (_name, args, message) => {
  const { exitCode, stdout, stderr } = await upload(...args);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: expect.stringMatching(message),
  });
});
