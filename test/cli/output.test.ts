import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writeFully, writeResultFile } from "../../cli/output.ts";
import { findProjectDirectory } from "../../cli/program.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";

const MAIN = join(process.cwd(), "cli", "main.ts");

let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "output-"));
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

describe("a result written to a file", () => {
  test("is complete after short writes", () => {
    const taken: Buffer[] = [];
    const some = (_descriptor: number, bytes: Buffer, offset: number): number => {
      taken.push(bytes.subarray(offset, offset + 3));
      return Math.min(3, bytes.length - offset);
    };
    writeFully(1, "größer als drei", some);
    expect(Buffer.concat(taken).toString()).toBe("größer als drei");
  });

  test("is an error when the disk is full, so that a partial plan is not mistaken for a complete one", () => {
    let room = 5;
    const full = (): number => {
      if (room === 0) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      const written = room;
      room = 0;
      return written;
    };
    expect(() => writeFully(1, "0123456789", full)).toThrow(
      "Standard output cannot be written (ENOSPC): the result is incomplete",
    );
  });

  test("is complete on a real file system", () => {
    const path = join(scratch, "plan.json");
    const descriptor = openSync(path, "w");
    const { status } = spawnSync(process.execPath, [MAIN, "plan", "package", "--json"], {
      stdio: ["ignore", descriptor, "ignore"],
    });
    closeSync(descriptor);
    expect(status).toBe(0);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ environment: "package" });
  });

  const device = existsSync("/dev/full") ? test : test.skip;
  device("on a full device is one line and exit code 1, not a stack trace", () => {
    const descriptor = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [MAIN, "config", "docs"], {
      stdio: ["ignore", descriptor, "pipe"],
      encoding: "utf8",
    });
    closeSync(descriptor);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Standard output cannot be written \(ENOSPC\): .*\n$/);
  });
});

describe("a file named by an option", () => {
  test("a symbolic link is followed and kept", () => {
    writeFileSync(join(scratch, "real.svg"), "old");
    symlinkSync("real.svg", join(scratch, "link.svg"));
    writeResultFile("--graph", join(scratch, "link.svg"), "new");
    expect(lstatSync(join(scratch, "link.svg")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(scratch, "real.svg"), "utf8")).toBe("new");
    expect(readdirSync(scratch)).toHaveLength(2);
  });

  test("a pipe such as /dev/stdout receives the text and is not replaced by a file", async () => {
    const pipe = join(scratch, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "inherit"] });
    const received = text(reader.stdout);
    writeResultFile("--graph", pipe, "new");
    expect(await received).toBe("new");
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  test("state files never replace a device or a pipe", () => {
    const pipe = join(scratch, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(() => writeAtomically(pipe, () => undefined)).toThrow("is not a regular file");
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  test("a dangling symbolic link is rejected by name", () => {
    symlinkSync("nowhere.svg", join(scratch, "link.svg"));
    expect(() => writeResultFile("--graph", join(scratch, "link.svg"), "new")).toThrow(
      "is a link to nothing",
    );
  });
});

describe("the project directory", () => {
  test("is found from any subdirectory of the directory with Pulumi.yaml", () => {
    const below = join(scratch, "docs", "deep");
    mkdirSync(below, { recursive: true });
    expect(findProjectDirectory(below)).toBe(below);
    writeFileSync(join(scratch, "Pulumi.yaml"), "");
    expect(findProjectDirectory(below)).toBe(scratch);
  });
});
