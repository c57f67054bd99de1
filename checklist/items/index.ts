import type { ChecklistItem, DocsAnchor, Phase, Section, SeedDocument } from "../types.ts";
import { deploymentPreparation } from "./deployment-preparation.ts";
import { deploymentSteps } from "./deployment-steps.ts";
import { execution } from "./execution.ts";
import { firstDay } from "./first-day.ts";
import { followUp } from "./follow-up.ts";
import { preDeploymentCritical } from "./pre-deployment-critical.ts";
import { preDeploymentHigh } from "./pre-deployment-high.ts";
import { preDeploymentMedium } from "./pre-deployment-medium.ts";
import { readinessData } from "./readiness-data.ts";
import { readinessInfrastructure } from "./readiness-infrastructure.ts";
import { readinessOperations } from "./readiness-operations.ts";
import { readinessSecurity } from "./readiness-security.ts";
import { deploymentSignOff, packageSignOff } from "./sign-off.ts";
import { validation } from "./validation.ts";
import { verification } from "./verification.ts";

/** Phase by phase; within a phase in the order of the work, where the two documents overlap 003 first. */
const definedSections = [
  ...preDeploymentCritical,
  ...preDeploymentHigh,
  ...preDeploymentMedium,
  ...readinessInfrastructure,
  ...readinessData,
  ...readinessSecurity,
  ...readinessOperations,
  ...deploymentPreparation,
  ...deploymentSteps,
  ...execution,
  ...verification,
  ...validation,
  ...firstDay,
  ...followUp,
  ...packageSignOff,
  ...deploymentSignOff,
];

/** The id of an item that exists. */
export type ItemId = (typeof definedSections)[number]["items"][number]["id"];

/** Every section, in checklist order. */
export const sections: readonly Section[] = definedSections.map(({ section }) => section);

/** Every item, in checklist order. */
export const items: readonly ChecklistItem<ItemId>[] = definedSections.flatMap(
  (section): readonly ChecklistItem<ItemId>[] => section.items,
);

const itemsById: ReadonlyMap<string, ChecklistItem<ItemId>> = new Map(items.map((item) => [item.id, item]));
const sectionsById: ReadonlyMap<string, Section> = new Map(sections.map((section) => [section.id, section]));

/** The item with this id, if there is one. */
export function itemById(id: string): ChecklistItem<ItemId> | undefined {
  return itemsById.get(id);
}

/** The section with this id, if there is one. */
export function sectionById(id: string): Section | undefined {
  return sectionsById.get(id);
}

/** The items of one phase, in checklist order. */
export function itemsOfPhase(phase: Phase): readonly ChecklistItem<ItemId>[] {
  return items.filter((item) => item.phase === phase);
}

/** The items of one section, in its order; none for a section that does not exist. */
export function itemsOfSection(section: string): readonly ChecklistItem<ItemId>[] {
  return items.filter((item) => item.section === section);
}

/** The items that come from one seed document, taken from its lines or derived from its sections. */
export function itemsOfDocument(document: SeedDocument): readonly ChecklistItem<ItemId>[] {
  return items.filter((item) => item.source.document === document);
}

/** Every docs heading the items point to, with the items that do. */
export function itemIdsByDocsAnchor(): ReadonlyMap<DocsAnchor, readonly ItemId[]> {
  const anchors = new Map<DocsAnchor, ItemId[]>();
  for (const { docs, id } of items) anchors.set(docs, [...(anchors.get(docs) ?? []), id]);
  return anchors;
}
