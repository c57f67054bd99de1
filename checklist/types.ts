import type { DrillName, ProbeName, ProbeSuite, StaticCheckName, TrendName } from "./check-names.ts";

/** The phase of a deployment that an item belongs to. */
export type Phase = "pre-deployment" | "deployment" | "post-deployment" | "follow-up" | "sign-off";

/** When a section's items are due, relative to the deployment. */
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

/** The weight of an open item in the Go/No-Go decision: must, should, consider. */
export type Priority = "critical" | "high" | "medium";

/** The role that owns an item, and signs it if only a person can verify it. */
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

/** What an environment must have for an item to apply; otherwise the item is out of scope. */
export type Condition =
  | "kubernetes"
  | "eks"
  | "cluster-exists"
  | "own-database"
  | "own-redis"
  | "public-name"
  | "earlier-release"
  | "status-page";

/** A page in docs/. */
export type DocsPage = `docs/${string}.md`;

/** The seed documents, which the checklist was derived from: 000 is the delivery summary 2.5.0, 003 the deployment checklist 1.0.0. */
export type SeedDocument = "000" | "003";

/** The origin of an item: a line of a seed document, or a section of which the document contains only the size. */
export type ItemSource =
  | { readonly kind: "seed"; readonly document: SeedDocument; readonly line: number }
  | { readonly kind: "derived"; readonly document: "000"; readonly section: string };

/** The origin of a section; `count` is the number of items in the seed document. */
export type SectionSource =
  | { readonly kind: "seed"; readonly document: SeedDocument; readonly line: number }
  | { readonly kind: "derived"; readonly document: "000"; readonly section: string; readonly count: number };

/**
 * A check that needs no running environment. Policy rules list the items that they verify, so an item of kind
 * `policy` names no rule.
 */
type StaticCheck =
  | { readonly kind: "policy" }
  | { readonly kind: "check"; readonly check: StaticCheckName; readonly finding?: string };

/**
 * The target of a live check: the environment itself, staging, the exported build started on this machine, or
 * the platform (cluster, servers, DNS, registry) before the product is deployed to it.
 */
type ProbeTarget = "environment" | "staging" | "candidate" | "platform";

/** The period of a trend. */
type TrendWindow = "1h" | "4h" | "24h";

/** A check of something that is running: one check, one of its findings, a whole suite, or a trend. */
type LiveCheck =
  | {
      readonly probe: ProbeName | `${ProbeSuite}/*`;
      readonly finding?: string;
      readonly target: ProbeTarget;
    }
  | { readonly probe: TrendName; readonly window: TrendWindow; readonly target: "environment" };

/** A drill with a dated, measured result, which is valid until the drill's maximum age. */
interface DrillCheck {
  readonly drill: DrillName;
}

/** The evidence of a sign-off, and the choices that pass it (absent: the signature passes it). */
interface HumanCheck {
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
  /** The section's id; the item's id is this id, a dot and the item's own name. */
  readonly section: string;
  readonly priority: Priority;
  readonly title: string;
  readonly owner: Role;
  /** The page about the item, if there is one. */
  readonly docs?: DocsPage;
  readonly source: ItemSource;
  /** The item applies only if the environment meets all of them. */
  readonly appliesWhen: readonly Condition[];
  /** The alternatives in the seed document ("A or B", "yes / no"); the verification states which one applies. */
  readonly choices?: readonly [string, string, ...string[]];
  /** A value that the verification must record, if the seed document has a blank for it. */
  readonly records?: string;
}

/** One item of the deployment checklist. */
export type ChecklistItem<Id extends string = string> = ItemFields<Id> & ItemVerification;

/** A named group of items, in the order of the seed document. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly phase: Phase;
  readonly timing: Timing;
  readonly source: SectionSource;
}

/** A blank of the seed documents that belongs to the deployment record instead of an item. */
export interface RecordField {
  readonly id: string;
  readonly title: string;
  readonly document: SeedDocument;
}
