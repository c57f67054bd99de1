import { z } from "zod";
import type { Commit } from "../git/read-commit.ts";

/** What the build of a release consisted of. */
export interface ProvenanceOptions {
  readonly version: string;
  readonly commit: Commit;
  /** What the build produced, with its digests. */
  readonly subjects: readonly Artifact[];
  /** The files of the Godot export, and the lockfile. */
  readonly materials: readonly Artifact[];
  readonly started: Date;
  readonly finished: Date;
  /** A URI that identifies the builder, such as that of a CI run; undefined for a person's machine. */
  readonly builder: string | undefined;
}

/** A file with its digest. */
export interface Artifact {
  readonly name: string;
  readonly sha256: string;
}

const BUILD_TYPE = "urn:spacetime-vr:release-build:1";
/** The machine of a person, which attests nothing about itself. */
const LOCAL_BUILDER = "urn:spacetime-vr:builder:workstation";

const descriptor = z.strictObject({
  name: z.string().optional(),
  uri: z.string().optional(),
  digest: z.record(z.string(), z.string()),
});

/** An in-toto statement v1 with SLSA provenance v1 (https://slsa.dev/spec/v1.0/provenance). */
export const provenanceSchema = z.strictObject({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  subject: z.array(descriptor).min(1),
  predicateType: z.literal("https://slsa.dev/provenance/v1"),
  predicate: z.strictObject({
    buildDefinition: z.strictObject({
      buildType: z.literal(BUILD_TYPE),
      externalParameters: z.strictObject({ version: z.string(), environment: z.literal("package") }),
      internalParameters: z.strictObject({ node: z.string(), zlib: z.string(), platform: z.string() }),
      resolvedDependencies: z.array(descriptor),
    }),
    runDetails: z.strictObject({
      builder: z.strictObject({ id: z.string() }),
      metadata: z.strictObject({ startedOn: z.iso.datetime(), finishedOn: z.iso.datetime() }),
    }),
  }),
});

export type Provenance = z.infer<typeof provenanceSchema>;

/** The provenance of a release: what was built, from which commit and files, and with what. */
export function createProvenance(options: ProvenanceOptions): Provenance {
  const { version, commit, subjects, materials, started, finished, builder } = options;
  const { node = "", zlib = "" } = process.versions;
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: subjects.map(toDescriptor),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { version, environment: "package" },
        internalParameters: { node, zlib, platform: `${process.platform}-${process.arch}` },
        resolvedDependencies: [
          { name: "source", digest: { gitCommit: commit.id } },
          ...materials.map(toDescriptor),
        ],
      },
      runDetails: {
        builder: { id: builder ?? LOCAL_BUILDER },
        metadata: { startedOn: started.toISOString(), finishedOn: finished.toISOString() },
      },
    },
  };
}

function toDescriptor({ name, sha256 }: Artifact): z.infer<typeof descriptor> {
  return { name, digest: { sha256 } };
}
