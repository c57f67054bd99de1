import type * as pulumi from "@pulumi/pulumi";

/** What a resource is told to wait for, as a list that more can be added to. */
export function dependsOnList({ dependsOn }: Pick<pulumi.ResourceOptions, "dependsOn">): pulumi.Resource[] {
  if (dependsOn === undefined) return [];
  return (Array.isArray(dependsOn) ? dependsOn : [dependsOn]) as pulumi.Resource[];
}
