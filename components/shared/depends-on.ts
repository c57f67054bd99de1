import type * as pulumi from "@pulumi/pulumi";

/** The `dependsOn` option as a list. */
export function dependsOnList({ dependsOn }: Pick<pulumi.ResourceOptions, "dependsOn">): pulumi.Resource[] {
  if (dependsOn === undefined) return [];
  return (Array.isArray(dependsOn) ? dependsOn : [dependsOn]) as pulumi.Resource[];
}
