import { ENVIRONMENTS, type Environment } from "../components/shared/environments.ts";
import { substitutesFor } from "./substitutes.ts";
import type {
  ChecklistItem,
  Condition,
  DocsAnchor,
  ItemSource,
  ItemVerification,
  Phase,
  Priority,
  Role,
  Section,
  SectionSource,
  SeedDocument,
  Timing,
} from "./types.ts";

/** Every environment but a developer's own. */
export const DEPLOYED_ENVIRONMENTS = ["staging", "production", "package"] as const;

/** The environments that players use: ours, and one that a customer deploys from the release package. */
export const RELEASE_ENVIRONMENTS = ["production", "package"] as const;

/** The environments that we operate. */
export const OWN_ENVIRONMENTS = ["staging", "production"] as const;

/** A developer's own cluster is warned, not blocked, unless an item says otherwise. */
const DEFAULT_ADVISORY: readonly Environment[] = ["local"];

interface SectionDraft<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly phase: Phase;
  readonly timing: Timing;
  readonly priority: Priority;
  readonly owner: Role;
  readonly docs: DocsAnchor;
  /** @default all */
  readonly environments?: readonly Environment[];
  readonly appliesWhen?: readonly Condition[];
}

type SeedSectionDraft<Id extends string> = SectionDraft<Id> & {
  readonly document: SeedDocument;
  readonly line: number;
};

type DerivedSectionDraft<Id extends string> = SectionDraft<Id> & {
  /** The section's name in seed document 000 (delivery summary 2.5.0); `count` is its number of items there. */
  readonly seedSection: string;
  readonly count: number;
};

/** The fields of an item; missing ones are inherited from its section. */
type ItemDraft<Id extends string> = ItemVerification & {
  readonly id: Id;
  readonly title: string;
  readonly priority?: Priority;
  readonly owner?: Role;
  readonly docs?: DocsAnchor;
  readonly remediation: string;
  readonly environments?: readonly Environment[];
  /** @default local */
  readonly advisoryIn?: readonly Environment[];
  /** Added to the section's conditions. */
  readonly appliesWhen?: readonly Condition[];
  /** What replaces the item, where that is more specific than the default of the condition. */
  readonly instead?: Readonly<Partial<Record<Condition, string>>>;
  readonly mergedFrom?: ChecklistItem["mergedFrom"];
  readonly choices?: readonly [string, string, ...string[]];
  readonly records?: string;
};

type SeedItemDraft<Id extends string> = ItemDraft<Id> & { readonly line: number };

/** A section together with its items. */
interface DefinedSection<Id extends string = string> {
  readonly section: Section;
  readonly items: readonly ChecklistItem<Id>[];
}

/** Defines a section whose items are lines of a seed document. */
export function defineSeedSection<const P extends string, const Id extends `${P}.${string}`>(
  draft: SeedSectionDraft<P>,
  items: readonly SeedItemDraft<Id>[],
): DefinedSection<Id> {
  const { document, line } = draft;
  return {
    section: createSection(draft, { kind: "seed", document, line }),
    items: items.map(({ line: itemLine, ...item }) =>
      createItem(draft, item, { kind: "seed", document, line: itemLine }),
    ),
  };
}

/** Defines a section of which seed document 000 (delivery summary 2.5.0) contains only the name and the number of items. */
export function defineDerivedSection<const P extends string, const Id extends `${P}.${string}`>(
  draft: DerivedSectionDraft<P>,
  items: readonly ItemDraft<Id>[],
): DefinedSection<Id> {
  const { seedSection: section, count } = draft;
  return {
    section: createSection(draft, { kind: "derived", document: "000", section, count }),
    items: items.map((item) => createItem(draft, item, { kind: "derived", document: "000", section })),
  };
}

/** Defines a section of items that the seed documents do not have. */
export function defineProductSection<const P extends string, const Id extends `${P}.${string}`>(
  draft: SectionDraft<P>,
  items: readonly ItemDraft<Id>[],
): DefinedSection<Id> {
  return {
    section: createSection(draft, { kind: "product" }),
    items: items.map((item) => createItem(draft, item, { kind: "product" })),
  };
}

function createSection(draft: SectionDraft<string>, source: SectionSource): Section {
  const { id, title, phase, timing } = draft;
  return { id, title, phase, timing, source };
}

function createItem<Id extends string>(
  section: SectionDraft<string>,
  draft: ItemDraft<Id>,
  source: ItemSource,
): ChecklistItem<Id> {
  const { instead = {}, ...item } = draft;
  const { phase, priority, owner, docs, environments = ENVIRONMENTS } = section;
  const appliesWhen = [...(section.appliesWhen ?? []), ...(item.appliesWhen ?? [])];
  return {
    phase,
    priority,
    owner,
    docs,
    environments,
    advisoryIn: DEFAULT_ADVISORY,
    mergedFrom: [],
    section: section.id,
    source,
    ...item,
    appliesWhen,
    substitutes: substitutesFor(appliesWhen, instead),
  };
}
