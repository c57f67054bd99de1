import { compareCodeUnits } from "../../plan/format.ts";
import type { Json, JsonObject } from "../../plan/plan.ts";

/** The container images of objects, sorted: what an air-gapped registry must have. */
export function listImages(objects: Iterable<JsonObject>): string[] {
  const images = new Set<string>();
  const visit = (value: Json): void => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) return value.forEach(visit);
    const object = value as JsonObject;
    for (const key of ["containers", "initContainers"]) {
      const containers = object[key];
      if (!Array.isArray(containers)) continue;
      for (const container of containers as readonly JsonObject[]) {
        if (typeof container.image === "string") images.add(container.image);
      }
    }
    Object.values(object).forEach(visit);
  };
  for (const object of objects) visit(object);
  return [...images].toSorted(compareCodeUnits);
}
