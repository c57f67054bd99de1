import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { BundledPackage } from "../bundle/bundle-cli.ts";
import { licenceOf } from "./third-party-notices.ts";

/** What a package consists of. */
export interface SbomOptions {
  readonly version: string;
  /** Seconds since 1970. */
  readonly seconds: number;
  readonly packages: readonly BundledPackage[];
  readonly images: readonly string[];
  /** The files of the Godot export. */
  readonly binaries: readonly { readonly path: string; readonly sha256: string }[];
  /** The directory of package-lock.json, which has the integrity of each package. */
  readonly root: string;
}

/**
 * The software bill of materials as CycloneDX 1.6 JSON: the npm packages whose code is in the command line, the container images, and
 * the game's binaries. It has no serial number and the time of the commit, so that the same commit gives the same bytes.
 */
export function createSbom(options: SbomOptions): string {
  const { version, seconds, packages, images, binaries, root } = options;
  const main = new Models.Component(Enums.ComponentType.Application, "spacetime-vr", {
    version,
    bomRef: `spacetime-vr@${version}`,
  });
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: main, timestamp: new Date(seconds * 1000) }),
  });
  const integrity = readIntegrity(root);
  const components = [
    ...packages.map((bundled) => npmComponent(bundled, integrity)),
    ...images.map(imageComponent),
    ...binaries.map(binaryComponent),
  ];
  for (const component of components) {
    bom.components.add(component);
    main.dependencies.add(component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

type Integrity = ReadonlyMap<string, string>;

/** The SHA-512 of packages by name and version, from the lockfile. */
function readIntegrity(root: string): Integrity {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>;
  };
  return new Map(
    Object.entries(packages).flatMap(([path, { version, integrity }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      return integrity?.startsWith("sha512-") === true ? [[`${name}@${version}`, integrity.slice(7)]] : [];
    }),
  );
}

function npmComponent(bundled: BundledPackage, integrity: Integrity): Models.Component {
  const { name, version } = bundled;
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const component = new Models.Component(Enums.ComponentType.Library, name, { version, purl, bomRef: purl });
  const digest = integrity.get(`${name}@${version}`);
  if (digest !== undefined) {
    component.hashes.set(Enums.HashAlgorithm["SHA-512"], Buffer.from(digest, "base64").toString("hex"));
  }
  const licence = licenceOf(bundled);
  if (licence !== undefined) {
    component.licenses.add(
      /^[A-Za-z0-9.+-]+$/.test(licence)
        ? new Models.SpdxLicense(licence)
        : new Models.LicenseExpression(licence),
    );
  }
  return component;
}

/** An image with its registry, name, and tag or digest, as the manifests reference it. */
function imageComponent(image: string): Models.Component {
  const separator = image.includes("@") ? "@" : ":";
  const at = image.lastIndexOf(separator);
  const name = image.slice(0, at);
  const version = image.slice(at + 1);
  const [, digest] = /^sha256:([0-9a-f]{64})$/.exec(version) ?? [];
  const short = name.slice(name.lastIndexOf("/") + 1);
  const query = `repository_url=${encodeURIComponent(name)}${digest === undefined ? `&tag=${version}` : ""}`;
  const purl = `pkg:oci/${short}${digest === undefined ? "" : `@${encodeURIComponent(version)}`}?${query}`;
  const component = new Models.Component(Enums.ComponentType.Container, name, {
    version,
    purl,
    bomRef: image,
  });
  if (digest !== undefined) component.hashes.set(Enums.HashAlgorithm["SHA-256"], digest);
  return component;
}

function binaryComponent({ path, sha256 }: SbomOptions["binaries"][number]): Models.Component {
  const component = new Models.Component(Enums.ComponentType.File, path, { bomRef: path });
  component.hashes.set(Enums.HashAlgorithm["SHA-256"], sha256);
  return component;
}
