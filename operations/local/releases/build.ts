import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError, type Problem } from "../../../components/shared/errors.ts";
import { isExecutable } from "../../find-program.ts";

/** An exported Godot server that can run on this machine. */
export interface Build {
  readonly directory: string;
  /** File names within the directory. */
  readonly executable: string;
  /** Undefined when the pack is embedded in the executable. */
  readonly pack: string | undefined;
  /** The executable's shared libraries (GDExtensions). */
  readonly libraries: readonly string[];
}

/** `e_machine` of the ELF header by Node's architecture name (ELF specification and its supplements). */
const ELF_MACHINES: Readonly<Record<string, number>> = {
  x64: 62,
  arm64: 183,
  ia32: 3,
  arm: 40,
  riscv64: 243,
};

const ELF_MAGIC = "\x7fELF";
const PACK_MAGIC = "GDPC";

/** Offsets in an ELF header: byte order (1 is little-endian) and machine. */
const ELF_DATA_OFFSET = 5;
const ELF_MACHINE_OFFSET = 18;

/**
 * Reads an export directory: one Linux executable for this machine and its pack.
 * @throws InputError that names the missing or unsuitable file, with a remedy.
 */
export function readBuild(directory: string): Build {
  if (process.platform !== "linux") {
    throw invalidBuild(
      directory,
      "contains a Linux server, which runs only on Linux",
      "Omit --build to run the reference server.",
    );
  }
  const files = listFiles(directory);
  const executable = findExecutable(directory, files);
  const problem = executableProblem(join(directory, executable));
  if (problem !== undefined) throw new InputError("The build cannot be run:", [problem]);
  return {
    directory,
    executable,
    pack: findPack(directory, files, executable),
    libraries: files.filter((name) => /\.so(\.\d+)*$/.test(name)),
  };
}

function invalidBuild(subject: string, rule: string, remedy: string): InputError {
  return new InputError("The build cannot be run:", [{ subject, rule, remedy }]);
}

function listFiles(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => statSync(join(directory, name)).isFile());
  } catch {
    throw invalidBuild(
      directory,
      "is not a directory that can be read",
      "Name the directory that Godot exported to.",
    );
  }
}

/** Godot names Linux exports `<name>.x86_64` or `<name>.arm64`; other names are recognized by their ELF header. */
function findExecutable(directory: string, files: readonly string[]): string {
  const named = files.filter((name) => /\.(x86_64|arm64|x86_32|arm32|rv64)$/.test(name));
  const found =
    named.length > 0
      ? named
      : files.filter(
          (name) => !/\.so(\.\d+)*$/.test(name) && readHead(join(directory, name), 4) === ELF_MAGIC,
        );
  const [only, ...others] = found;
  if (only === undefined) {
    throw invalidBuild(
      directory,
      "contains no Linux executable",
      "Export the project with the Linux preset, dedicated server.",
    );
  }
  if (others.length === 0) return only;
  throw invalidBuild(
    directory,
    `contains several executables: ${found.join(", ")}`,
    "Keep one export per directory.",
  );
}

function executableProblem(path: string): Problem | undefined {
  const header = Buffer.from(readHead(path, 20), "latin1");
  if (header.length < 20 || header.toString("latin1", 0, 4) !== ELF_MAGIC) {
    const isWindows = header.toString("latin1", 0, 2) === "MZ";
    const rule = isWindows ? "is a Windows program" : "is not an ELF executable";
    return { subject: path, rule, remedy: "Export it again with the Linux preset." };
  }
  const machine =
    header[ELF_DATA_OFFSET] === 1
      ? header.readUInt16LE(ELF_MACHINE_OFFSET)
      : header.readUInt16BE(ELF_MACHINE_OFFSET);
  if (machine !== ELF_MACHINES[process.arch]) {
    const name =
      Object.entries(ELF_MACHINES).find(([, number]) => number === machine)?.[0] ?? `machine ${machine}`;
    return {
      subject: path,
      rule: `is for ${name}, and this machine is ${process.arch}`,
      remedy: "Export it for this architecture.",
    };
  }
  if (isExecutable(path)) return undefined;
  return { subject: path, rule: "is not executable", remedy: `chmod +x ${path}` };
}

function findPack(directory: string, files: readonly string[], executable: string): string | undefined {
  const path = join(directory, executable);
  const packs = files.filter((name) => name.endsWith(".pck"));
  const beside = packs.find((name) => name === executable.replace(/\.[^.]+$/, ".pck")) ?? packs[0];
  if (beside === undefined) {
    // An embedded pack ends the file with the same magic bytes.
    if (readTail(path, 4) === PACK_MAGIC) return undefined;
    throw invalidBuild(
      path,
      "has neither a .pck file nor an embedded pack",
      "Export the project again, and keep the .pck with the executable.",
    );
  }
  if (readHead(join(directory, beside), 4) === PACK_MAGIC) return beside;
  throw invalidBuild(
    join(directory, beside),
    "is not a Godot pack (it does not begin with GDPC)",
    "Export the project again; the file may be truncated or a Git LFS pointer.",
  );
}

function readHead(path: string, bytes: number): string {
  return readAt(path, bytes, 0);
}

function readTail(path: string, bytes: number): string {
  return readAt(path, bytes, Math.max(0, statSync(path).size - bytes));
}

function readAt(path: string, bytes: number, position: number): string {
  const descriptor = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.toString("latin1", 0, readSync(descriptor, buffer, 0, bytes, position));
  } finally {
    closeSync(descriptor);
  }
}
