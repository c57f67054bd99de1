import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { GAME_SERVER_CONFIG, GAME_SERVER_REPOSITORY, SYSTEM_IMAGES, taggedImages } from "./image-configs.ts";
import { type Image, type Layer, readLayer, writeLayout } from "./oci-layout.ts";

const REPOSITORY_ROOT = path.join(import.meta.dirname, "..", "..", "..", "..");

/** The images of a machine: an OCI image layout, and the name of the game server's image. */
interface MachineImages {
  readonly directory: string;
  readonly gameServer: string;
}

/** Writes every image into a new directory: the layer of Debian's packages, and one of this repository's own programs. */
export async function writeMachineImages(
  directory: string,
  debian: Layer,
  addOns: string,
): Promise<MachineImages> {
  await mkdir(directory, { mode: 0o700 });
  const programs = await writeProgramsLayer(directory, addOns);
  const layers = [debian, await readLayer(programs)];
  const images: Image[] = [...taggedImages()].map(([name, config]) => ({
    ...splitName(name),
    config,
    layers,
  }));
  const gameServer = {
    repository: GAME_SERVER_REPOSITORY,
    tag: undefined,
    config: GAME_SERVER_CONFIG,
    layers,
  };
  const layout = path.join(directory, "layout");
  const names = await writeLayout(layout, [...images, gameServer]);
  return { directory: layout, gameServer: names.at(-1) ?? "" };
}

function splitName(name: string): { repository: string; tag: string } {
  const colon = name.lastIndexOf(":");
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}

/** The reference server as the image contract wants it (docs/image.md), the entry point of Postgres, and the add-ons. */
async function writeProgramsLayer(directory: string, addOns: string): Promise<string> {
  const root = path.join(directory, "programs");
  const bin = path.join(root, "usr", "local", "bin");
  const server = path.join(root, "opt", "spacetime-server");
  await mkdir(bin, { recursive: true });
  await mkdir(server, { recursive: true });
  for (const name of Object.keys(SYSTEM_IMAGES)) await install(path.join(addOns, name), path.join(bin, name));
  await install(
    path.join(import.meta.dirname, "docker-entrypoint.sh"),
    path.join(bin, "docker-entrypoint.sh"),
  );
  await install(path.join(REPOSITORY_ROOT, "release", "image", "drain"), path.join(bin, "drain"));
  await writeFile(path.join(server, "main.mjs"), await bundleReferenceServer());
  const start = '#!/bin/sh\nexec node /opt/spacetime-server/main.mjs "$@"\n';
  await writeFile(path.join(bin, "spacetime-server"), start, { mode: 0o755 });
  // Readable for every user, whatever the umask of this process is.
  await promisify(execFile)("chmod", ["-R", "a+rX", root]);
  const layer = `${root}.tar`;
  const reproducible = ["--sort=name", "--numeric-owner", "--owner=0", "--group=0", "--mtime=@0"];
  await promisify(execFile)("tar", ["-C", root, ...reproducible, "-cf", layer, "."]);
  return layer;
}

async function install(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o755);
}

async function bundleReferenceServer(): Promise<string> {
  const build = await rolldown({
    input: path.join(REPOSITORY_ROOT, "reference-server", "main.ts"),
    cwd: REPOSITORY_ROOT,
    platform: "node",
    logLevel: "silent",
  });
  const { output } = await build.generate({ format: "esm", codeSplitting: false });
  await build.close();
  return output[0].code;
}
