import type { Problem } from "../shared/errors.ts";
import type { Rule, Sections } from "./sections.ts";
import { subjectOf } from "./subject.ts";

/** Rules across keys that only environments on AWS can break. */
export const AWS_RULES: readonly Rule[] = [accountNamed, zonesInRegion];

function accountNamed({ stack, file }: Sections): readonly Problem[] {
  const { cluster, aws } = stack;
  if (cluster === undefined || (cluster.kind === "eks") === (aws !== undefined)) return [];
  const subject = subjectOf(["aws"]);
  return cluster.kind === "eks"
    ? [
        {
          subject,
          rule: 'is missing: "cluster.kind: eks" needs it',
          remedy: `Give account and region in ${file}.`,
        },
      ]
    : [
        {
          subject,
          rule: 'must not be given: only "cluster.kind: eks" uses it',
          remedy: `Remove it from ${file}, or choose that kind of cluster.`,
        },
      ];
}

function zonesInRegion({ stack, file }: Sections): readonly Problem[] {
  const { cluster, aws } = stack;
  if (cluster?.kind !== "eks" || aws === undefined) return [];
  return cluster.zones.flatMap((zone, index) => {
    const first = cluster.zones.indexOf(zone);
    const subject = subjectOf(["cluster", "zones", index]);
    if (first < index) {
      const rule = `must be unique, and ${subjectOf(["cluster", "zones", first])} has it already`;
      return [{ subject, value: zone, rule, remedy: `Name another zone in ${file}.` }];
    }
    if (zone.slice(0, -1) === aws.region) return [];
    return [
      {
        subject,
        value: zone,
        rule: `must be a zone of the region, which is ${aws.region}`,
        remedy: `Name the region's own zones in ${file}.`,
      },
    ];
  });
}
