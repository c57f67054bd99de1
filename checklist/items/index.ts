import type { ChecklistItem, Phase, Section, SeedDocument } from "../types.ts";
import { deploymentPreparation } from "./deployment-preparation.ts";
import { deploymentSteps } from "./deployment-steps.ts";
import { execution } from "./execution.ts";
import { firstDay } from "./first-day.ts";
import { followUp } from "./follow-up.ts";
import { productHardening } from "./hardening.ts";
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

/** Ordered by phase and, within a phase, by the order of the work; where the two documents overlap, 003 comes first. */
const definedSections = [
  ...preDeploymentCritical,
  ...preDeploymentHigh,
  ...preDeploymentMedium,
  ...readinessInfrastructure,
  ...readinessData,
  ...readinessSecurity,
  ...readinessOperations,
  ...productHardening,
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

/** The id of an existing item. */
type ItemId = (typeof definedSections)[number]["items"][number]["id"];

/** Every section, in checklist order. */
export const sections: readonly Section[] = definedSections.map(({ section }) => section);

/** Every item, in checklist order. */
export const items: readonly ChecklistItem<ItemId>[] = definedSections.flatMap(
  (section): readonly ChecklistItem<ItemId>[] => section.items,
);

const itemsById: ReadonlyMap<string, ChecklistItem<ItemId>> = new Map(items.map((item) => [item.id, item]));
const sectionsById: ReadonlyMap<string, Section> = new Map(sections.map((section) => [section.id, section]));

/** Returns the item with this id, if it exists. */
export function itemById(id: string): ChecklistItem<ItemId> | undefined {
  return itemsById.get(id);
}

/** Returns the section with this id, if it exists. */
export function sectionById(id: string): Section | undefined {
  return sectionsById.get(id);
}

/** Returns the items of one phase, in checklist order. */
export function itemsOfPhase(phase: Phase): readonly ChecklistItem<ItemId>[] {
  return items.filter((item) => item.phase === phase);
}

/** Returns the items of one section, in its order; empty if the section does not exist. */
export function itemsOfSection(section: string): readonly ChecklistItem<ItemId>[] {
  return items.filter((item) => item.section === section);
}

/** Returns the items that come from the lines or sections of one seed document. */
export function itemsOfDocument(document: SeedDocument): readonly ChecklistItem<ItemId>[] {
  return items.filter(({ source, mergedFrom }) =>
    [source, ...mergedFrom].some((one) => one.kind !== "product" && one.document === document),
  );
}
