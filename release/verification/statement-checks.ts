import { z } from "zod";
import type { Problem } from "../../components/shared/errors.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import type { PackageManifest } from "../package/manifest.ts";
import { SBOM_FILE } from "../package/package-layout.ts";
import { provenanceSchema } from "../provenance/provenance.ts";
import type { InspectedArchive } from "./inspect-archive.ts";

/** What the statements about a release are compared with. */
export interface StatementContext {
  readonly contents: InspectedArchive | undefined;
  readonly manifest: PackageManifest | undefined;
  readonly root: string;
  readonly version: string;
}

const REMEDY = "Do not use this release. Get it again from its publisher.";

/** The parts of CycloneDX that are read; the format allows many more. */
const sbomSchema = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.string(),
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  components: z
    .array(
      z.object({
        name: z.string(),
        hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
      }),
    )
    .min(1),
});

/** The bill of materials next to the archive is that in the package, and lists every binary with its digest. */
export function checkSbom(sbom: Buffer | undefined, context: StatementContext): Problem[] {
  const { contents, manifest, root, version } = context;
  const subject = `${root}.cdx.json`;
  const failed = (rule: string, about = subject): Problem => ({ subject: about, rule, remedy: REMEDY });
  if (sbom === undefined) return [failed("is missing")];
  if (contents?.texts.get(SBOM_FILE) !== sbom.toString("utf8")) {
    return [failed(`differs from ${SBOM_FILE} in the package`)];
  }
  const parsed = sbomSchema.safeParse(parseJson(sbom.toString("utf8")));
  if (!parsed.success) return [failed("is not a CycloneDX bill of materials")];
  const { metadata, components } = parsed.data;
  if (metadata.component.version !== version)
    return [failed(`is about version ${metadata.component.version}`)];
  const digests = new Map(
    components.map(({ name, hashes = [] }) => [name, hashes.find(({ alg }) => alg === "SHA-256")?.content]),
  );
  return (manifest?.binaries ?? [])
    .filter(({ path, sha256 }) => digests.get(path) !== sha256)
    .map(({ path }) => failed("is not listed in the bill of materials with its digest", path));
}

/** The provenance names the archive with its digest, the version, and the commit of the manifest. */
export function checkProvenance(
  text: Buffer | undefined,
  archive: string,
  digest: string | undefined,
  { manifest, root, version }: StatementContext,
): Problem[] {
  const subject = `${root}.provenance.json`;
  const failed = (rule: string): Problem => ({ subject, rule, remedy: REMEDY });
  if (text === undefined) return [failed("is missing")];
  const parsed = provenanceSchema.safeParse(parseJson(text.toString("utf8")));
  if (!parsed.success) return [failed("is not an in-toto statement with SLSA provenance")];
  const { subject: subjects, predicate } = parsed.data;
  const { externalParameters, resolvedDependencies } = predicate.buildDefinition;
  const problems: Problem[] = [];
  if (digest === undefined || subjects.find(({ name }) => name === archive)?.digest.sha256 !== digest) {
    problems.push(failed(`is not about ${archive} with its digest`));
  }
  if (externalParameters.version !== version)
    problems.push(failed(`is about version ${externalParameters.version}`));
  const commit = resolvedDependencies.find(({ name }) => name === "source")?.digest.gitCommit;
  if (manifest !== undefined && commit !== manifest.build.commit) {
    problems.push(failed("names another commit than MANIFEST.json"));
  }
  return problems;
}
