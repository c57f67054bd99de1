import type { Environment } from "../components/shared/environments.ts";
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

/** The roles; the role that owns an item also signs it if only a person can verify it. */
export const ROLES = [
  "operator",
  "deployment-engineer",
  "release-engineer",
  "database-administrator",
  "security-reviewer",
  "quality-engineer",
  "tech-lead",
  "devops-lead",
  "development-lead",
  "security-lead",
  "qa-lead",
  "product-owner",
  "product-manager",
] as const;

/** One of the roles. */
export type Role = (typeof ROLES)[number];

/** What an environment must have for an item to apply; otherwise the item is not applicable, and a substitute replaces it. */
export type Condition =
  /** Deployed to a cluster, not as processes on one machine. */
  | "kubernetes"
  /** `cluster.kind: eks` */
  | "eks"
  /** The cluster existed before this deployment. */
  | "cluster-exists"
  /** The deployment includes the database: `database.kind` is `rds` or `in-cluster`. */
  | "own-database"
  /** `database.kind: rds` */
  | "rds"
  /** The deployment includes Redis: `redis.kind` is `elasticache` or `in-cluster`. */
  | "own-redis"
  /** `redis.kind: in-cluster` */
  | "in-cluster-redis"
  /** `logs.kind` is not `stdout`. */
  | "ships-logs"
  /** The gateway has a public DNS name. */
  | "public-name"
  /** The environment already runs an earlier release. */
  | "earlier-release"
  /** The organization publishes a status page. */
  | "status-page";

/** A heading of a page in docs/, with GitHub's anchor. */
export type DocsAnchor = `docs/${string}.md#${string}`;

/** What replaces an item in an environment that does not meet one of its conditions. */
export interface Substitute {
  readonly unless: Condition;
  readonly instead: string;
}

/** The seed documents, which the checklist was derived from: 000 is the delivery summary 2.5.0, 003 the deployment checklist 1.0.0. */
export type SeedDocument = "000" | "003";

/**
 * The origin of an item: a line of a seed document, a section of which the document contains only the size (the text is
 * ours), or the product itself, if the seed documents have no such item.
 */
export type ItemSource =
  | { readonly kind: "seed"; readonly document: SeedDocument; readonly line: number }
  | { readonly kind: "derived"; readonly document: "000"; readonly section: string }
  | { readonly kind: "product" };

/** The origin of a section; `count` is the number of items in the seed document. */
export type SectionSource =
  | { readonly kind: "seed"; readonly document: SeedDocument; readonly line: number }
  | { readonly kind: "derived"; readonly document: "000"; readonly section: string; readonly count: number }
  | { readonly kind: "product" };

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
export type ProbeTarget = "environment" | "staging" | "candidate" | "platform";

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
  /** What to do if the item is not passed. */
  readonly remediation: string;
  /** The heading of the documentation about the item. */
  readonly docs: DocsAnchor;
  readonly source: ItemSource;
  /** Lines of seed documents that say the same; they were merged into this item. */
  readonly mergedFrom: readonly Extract<ItemSource, { kind: "seed" }>[];
  /** The environments in which the item applies, if they meet its conditions. */
  readonly environments: readonly Environment[];
  /** The environments in which a violated policy rule is only reported, if all items of the rule are advisory there. */
  readonly advisoryIn: readonly Environment[];
  /** The item applies only if the environment meets all of them. */
  readonly appliesWhen: readonly Condition[];
  /** One for each condition. */
  readonly substitutes: readonly Substitute[];
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
