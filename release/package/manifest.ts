import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const packagedFile = z.strictObject({
  path: z.string().min(1).describe("Relative to the package, with / as the separator."),
  size: z.int().min(0),
  sha256,
  mode: z.enum(["0644", "0755"]),
});

/** MANIFEST.json: what a package is, and every file in it except itself and SHA256SUMS. */
export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.literal("spacetime-vr"),
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/)
    .describe("The semantic version."),
  build: z.strictObject({
    commit: z.string().regex(/^[0-9a-f]{40}$/),
    branch: z.string().optional().describe("Absent for a detached checkout."),
    date: z.iso.datetime().describe("The date of the commit, so that the same commit gives the same bytes."),
    reproducible: z.boolean().describe("False if the work tree differed from the commit."),
  }),
  kubernetes: z.strictObject({
    objects: z.int().min(1).describe("The number of objects of the production overlay."),
    kinds: z.record(z.string(), z.int().min(1)),
    namespaces: z.array(z.string()),
    overlays: z.array(z.string()).min(1),
  }),
  images: z
    .array(z.string())
    .min(1)
    .describe("Every image that the pods run: what an air-gapped registry needs."),
  monitoring: z.strictObject({
    alerts: z.int().min(1),
    recordingRules: z.int().min(0),
    dashboards: z.array(z.string()),
  }),
  binaries: z.array(packagedFile).min(1).describe("The files of the Godot export."),
  documentation: z.array(z.string()).min(1),
  tests: z.array(z.string()).min(1),
  targets: z.strictObject({
    framesPerSecond: z.tuple([z.int(), z.int()]),
    memoryMegabytes: z.int(),
    rollbackMinutes: z.int(),
  }),
  files: z.array(packagedFile).min(1),
});

export type PackageManifest = z.infer<typeof manifestSchema>;
export type PackagedFile = z.infer<typeof packagedFile>;

/** The performance targets of the product: the frame rate of the headset, and a server's memory. */
export const PERFORMANCE_TARGETS = {
  framesPerSecond: [85, 95] as [number, number],
  memoryMegabytes: 400,
  rollbackMinutes: 5,
};

/** The published JSON Schema of MANIFEST.json. */
export function manifestJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(manifestSchema, { target: "draft-2020-12" });
  return {
    $schema,
    $id: "urn:spacetime-vr:package-manifest:1",
    title: "MANIFEST.json of a SpaceTime VR package",
    ...schema,
  };
}
