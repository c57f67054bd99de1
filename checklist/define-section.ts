import type {
  ChecklistItem,
  Condition,
  DocsPage,
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

interface SectionDraft<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly phase: Phase;
  readonly timing: Timing;
  readonly priority: Priority;
  readonly owner: Role;
  readonly docs?: DocsPage;
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
  readonly docs?: DocsPage;
  /** Added to the section's conditions. */
  readonly appliesWhen?: readonly Condition[];
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

function createSection(draft: SectionDraft<string>, source: SectionSource): Section {
  const { id, title, phase, timing } = draft;
  return { id, title, phase, timing, source };
}

function createItem<Id extends string>(
  section: SectionDraft<string>,
  item: ItemDraft<Id>,
  source: ItemSource,
): ChecklistItem<Id> {
  const { phase, priority, owner, docs } = section;
  const appliesWhen = [...(section.appliesWhen ?? []), ...(item.appliesWhen ?? [])];
  return {
    phase,
    priority,
    owner,
    ...(docs === undefined ? {} : { docs }),
    section: section.id,
    source,
    ...item,
    appliesWhen,
  };
}
