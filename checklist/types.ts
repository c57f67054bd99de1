import type { DrillName, ProbeName, ProbeSuite, StaticCheckName, TrendName } from "./check-names.ts";

/** The part of a deployment's life an item belongs to. */
export type Phase = "pre-deployment" | "deployment" | "post-deployment" | "follow-up" | "sign-off";

/** When, relative to the deployment, a section's items are due. */
export type Timing =
  | "before"
  | "day-before"
  | "two-hours-before"
  | "deployment"
  | "half-hour-after"
  | "first-hour"
  | "fourth-hour"
  | "first-day"
  | "first-week"
  | "closing";

/** How much an open item weighs in the Go/No-Go decision: must, should, consider. */
export type Priority = "critical" | "high" | "medium";

/** How an item is proven. */
export type VerificationMethod = "static" | "live" | "drill" | "human";

/** Who answers for an item, and signs it when only a person can prove it. */
export type Role =
  | "operator"
  | "deployment-engineer"
  | "release-engineer"
  | "database-administrator"
  | "security-reviewer"
  | "quality-engineer"
  | "tech-lead"
  | "devops-lead"
  | "development-lead"
  | "security-lead"
  | "qa-lead"
  | "product-owner"
  | "product-manager";

/** What an environment must have for an item to be judged there; without it the item is out of scope. */
export type Condition =
  | "kubernetes"
  | "eks"
  | "cluster-exists"
  | "own-database"
  | "own-redis"
  | "public-name"
  | "earlier-release"
  | "status-page";

/** A heading in a page below docs/. */
export type DocsAnchor = `docs/${string}.md#${string}`;

/** The seed documents: 000 is the delivery summary 2.5.0, 003 the deployment checklist 1.0.0. */
export type SeedDocument = "000" | "003";

/** Where an item comes from: a line of a seed, or a section of which the seed gives only the size. */
export type ItemSource =
  | { readonly kind: "seed"; readonly document: SeedDocument; readonly line: number }
  | { readonly kind: "derived"; readonly document: "000"; readonly section: string };

/** Where a section comes from; `count` is the number of items the seed promises. */
export type SectionSource =
  | { readonly kind: "seed"; readonly document: SeedDocument; readonly line: number }
  | { readonly kind: "derived"; readonly document: "000"; readonly section: string; readonly count: number };

/**
 * A proof that needs nothing running. Policy rules name the items they prove, so such an item names no rule;
 * every other static check is named here.
 */
export type StaticCheck =
  | { readonly prover: "policy" }
  | { readonly prover: "named"; readonly check: StaticCheckName; readonly finding?: string };

/**
 * What a live probe is pointed at: the environment itself, staging, the exported build started on this
 * machine, or the platform (cluster, servers, DNS, registry) before the product is on it.
 */
export type ProbeTarget = "environment" | "staging" | "candidate" | "platform";

/** How far back a trend looks. */
export type TrendWindow = "1h" | "4h" | "24h";

/** A question to something that runs: a probe, one finding of it, a whole suite, or a trend. */
export type LiveCheck =
  | {
      readonly probe: ProbeName | `${ProbeSuite}/*`;
      readonly finding?: string;
      readonly target: ProbeTarget;
    }
  | { readonly probe: TrendName; readonly window: TrendWindow; readonly target: "environment" };

/** A rehearsal whose dated, measured result counts until it is older than the drill allows. */
export interface DrillCheck {
  readonly drill: DrillName;
}

/** What a person attaches to a sign-off, and which of the choices let it pass (absent: signing does). */
export interface HumanCheck {
  readonly evidence: string;
  readonly accepts?: readonly [string, ...string[]];
}

/** The method and the check that fits it. */
export type ItemVerification =
  | { readonly method: "static"; readonly check: StaticCheck }
  | { readonly method: "live"; readonly check: LiveCheck }
  | { readonly method: "drill"; readonly check: DrillCheck }
  | { readonly method: "human"; readonly check: HumanCheck };

interface ItemFields<Id extends string> {
  readonly id: Id;
  readonly phase: Phase;
  /** Id of the section; the item's id is this, a dot and a name of its own. */
  readonly section: string;
  readonly priority: Priority;
  readonly title: string;
  readonly owner: Role;
  readonly docs: DocsAnchor;
  readonly source: ItemSource;
  /** All must hold, else the item is out of scope for the environment. */
  readonly appliesWhen: readonly Condition[];
  /** The alternatives the seed offers ("A or B", "yes / no"); the proof says which one holds. */
  readonly choices?: readonly [string, string, ...string[]];
  /** A value the proof has to carry, where the seed leaves a blank to fill in. */
  readonly records?: string;
}

/** One item of the deployment checklist. */
export type ChecklistItem<Id extends string = string> = ItemFields<Id> & ItemVerification;

/** A named group of items, in the seed's order. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly phase: Phase;
  readonly timing: Timing;
  readonly source: SectionSource;
}

/** A blank of the seed documents that belongs to the deployment's record rather than to an item. */
export interface RecordField {
  readonly id: string;
  readonly title: string;
  readonly document: SeedDocument;
}
