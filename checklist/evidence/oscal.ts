import { createHash } from "node:crypto";
import type { ItemResult } from "../evaluation/verdict.ts";
import { sectionById } from "../items/index.ts";
import type { ChecklistReport } from "../report/checklist-report.ts";

/** The version of the model; https://pages.nist.gov/OSCAL-Reference/models/v1.2.3/assessment-results/json-outline/ */
export const OSCAL_VERSION = "1.2.3";

/** The namespace of our properties. */
const PROPERTY_NAMESPACE = "https://spacetime-vr.com/ns/oscal";

/** A version-5 UUID, so that the same evaluation has the same identifiers. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5 */
export function stableUuid(...parts: readonly string[]): string {
  const hash = createHash("sha1")
    .update(["spacetime-vr", ...parts].join("\0"))
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

/** The evaluation as OSCAL assessment results: one observation per applicable item, and one finding per item that is open. */
export function assessmentResults(report: ChecklistReport): Record<string, unknown> {
  const { environment, evaluatedAt, results, binding } = report;
  const id = (...parts: readonly string[]): string => stableUuid(environment, evaluatedAt, ...parts);
  const applicable = results.filter(({ verdict }) => verdict !== "not-applicable");
  const plan = id("plan");
  return {
    "assessment-results": {
      uuid: id("assessment-results"),
      metadata: {
        title: `Deployment checklist of ${environment}`,
        "last-modified": evaluatedAt,
        version: evaluatedAt,
        "oscal-version": OSCAL_VERSION,
        props: [
          property("plan-digest", binding.planDigest),
          ...(binding.releaseDigest === undefined ? [] : [property("release-digest", binding.releaseDigest)]),
          ...(report.update === undefined ? [] : [property("stack-update", report.update.id)]),
        ],
      },
      "import-ap": { href: `#${plan}` },
      results: [
        {
          uuid: id("result"),
          title: `Verdicts of ${applicable.length} applicable items`,
          description: `Each item of the deployment checklist that applies to ${environment}. Confidence is stated as counts.`,
          start: evaluatedAt,
          end: evaluatedAt,
          "reviewed-controls": {
            "control-selections": [
              { "include-controls": applicable.map(({ item }) => ({ "control-id": item.id })) },
            ],
          },
          observations: applicable.map((result) => observationOf(result, evaluatedAt, id)),
          findings: applicable.map((result) => findingOf(result, id)),
        },
      ],
      "back-matter": {
        resources: [
          {
            uuid: plan,
            title: "The deployment checklist",
            description: "The items are data of the product: checklist/items.",
          },
        ],
      },
    },
  };
}

type CreateId = (...parts: readonly string[]) => string;

function property(name: string, value: string): Record<string, string> {
  return { name, ns: PROPERTY_NAMESPACE, value };
}

/** OSCAL's method for each of ours. */
function methodOf({ item }: ItemResult): "INTERVIEW" | "EXAMINE" | "TEST" {
  switch (item.method) {
    case "human":
      return "INTERVIEW";
    case "static":
      return "EXAMINE";
    case "live":
    case "drill":
      return "TEST";
  }
}

function observationOf(result: ItemResult, collected: string, id: CreateId): Record<string, unknown> {
  const { item, verdict, reason, proof = [] } = result;
  const section = sectionById(item.section)?.title ?? item.section;
  return {
    uuid: id("observation", item.id),
    title: item.title,
    description: reason,
    props: [property("verdict", verdict), property("priority", item.priority), property("section", section)],
    methods: [methodOf(result)],
    ...(proof.length === 0 ? {} : { "relevant-evidence": proof.map((description) => ({ description })) }),
    collected,
  };
}

/** An unproven or waived item is not satisfied: nothing shows that it is. */
function findingOf({ item, verdict, reason, waiver }: ItemResult, id: CreateId): Record<string, unknown> {
  return {
    uuid: id("finding", item.id),
    title: item.title,
    description: reason,
    target: {
      type: "objective-id",
      "target-id": item.id,
      status: {
        state: verdict === "pass" ? "satisfied" : "not-satisfied",
        reason: verdict === "pass" ? "pass" : verdict === "fail" ? "fail" : "other",
        ...(waiver === undefined
          ? {}
          : { remarks: `Waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}` }),
      },
    },
    "related-observations": [{ "observation-uuid": id("observation", item.id) }],
  };
}
