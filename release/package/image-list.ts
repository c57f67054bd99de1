import { compareCodeUnits } from "../../plan/format.ts";
import type { Json, JsonObject } from "../../plan/plan.ts";

/** The container images of objects, sorted: what an air-gapped registry must have. */
export function listImages(objects: Iterable<JsonObject>): string[] {
  const images = new Set<string>();
  const visit = (value: Json): void => {
    if (typeof value !== "object" || value === null) return;
    for (const inner of Object.values(value)) visit(inner);
    if (Array.isArray(value)) return;
    const { containers, initContainers } = value as JsonObject;
    for (const container of [containers, initContainers].flatMap(toContainers)) {
      if (typeof container.image === "string") images.add(container.image);
    }
  };
  for (const object of objects) visit(object);
  return [...images].toSorted(compareCodeUnits);
}

function toContainers(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}
