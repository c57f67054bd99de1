import type { CheckResult } from "../../components/config/checks/types.ts";
import type { Config, RawConfig } from "../../components/config/config.ts";
import type { Environment } from "../../components/shared/environments.ts";
import type { Plan } from "../../plan/plan.ts";
import type { PolicyReport } from "../../policy/evaluate.ts";
import type { SuiteReport } from "../../probes/report/suite-report.ts";
import type { DrillRecords } from "../records/drill-record.ts";
import type { GateRecord } from "../records/gate-record.ts";
import type { RecordProblem } from "../records/record-files.ts";
import type { ReleaseRecord } from "../records/release-record.ts";
import type { ScanRecord } from "../records/scan-record.ts";
import type { SignOff } from "../records/sign-off.ts";
import type { Waiver } from "../records/waiver.ts";
import type { Condition, ProbeTarget } from "../types.ts";

/** What sign-offs and evidence are bound to: another plan or another release needs new ones. */
export interface Binding {
  /** SHA-256 of the plan's text, as hexadecimal digits. */
  readonly planDigest: string;
  /** SHA-256 of the release: its payload, or else the game server's image; undefined if neither is known. */
  readonly releaseDigest: string | undefined;
}

/** The stack's latest update, as far as the ledger knows it. */
export interface UpdateFacts {
  readonly id: string;
  readonly commit: string;
  readonly finishedAt: string;
  /** SHA-256 of the update's record in the ledger. */
  readonly digest: string;
}

/** The state of the repository. */
export interface RepositoryFacts {
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
  /** Changed and untracked files. */
  readonly changed: readonly string[];
  readonly tracked: readonly string[];
  /** Ignored files that exist, with their permissions. */
  readonly ignored: readonly { readonly path: string; readonly mode: number }[];
  /** Sample paths of log files, and whether git ignores them. */
  readonly logSamples: readonly { readonly path: string; readonly ignored: boolean }[];
  /** The text of each Markdown page. */
  readonly documents: ReadonlyMap<string, string>;
}

/** The database schema of this commit, and of the last verified update. */
export interface SchemaFacts {
  readonly version: number;
  readonly worksBackTo: number;
  readonly previous: number | undefined;
}

/** Evidence that was written earlier, and whether it is valid for this release and stack. */
export interface EvidenceFacts {
  readonly file: string;
  readonly problems: readonly string[];
  /** The items that passed or are waived. */
  readonly closed: readonly string[];
}

/** What static checks read. A fact that is undefined could not be determined. */
export interface StaticFacts {
  readonly now: Date;
  readonly environment: Environment;
  readonly plan: Plan;
  readonly config: Config | undefined;
  readonly raw: RawConfig | undefined;
  /** The checks of `config validate`. */
  readonly validation: readonly CheckResult[];
  /** The text of the golden plan. */
  readonly golden: string | undefined;
  readonly repository: RepositoryFacts | undefined;
  /** The latest run of the gate on the current commit. */
  readonly gate: GateRecord | undefined;
  readonly release: ReleaseRecord | undefined;
  /** The last scan for known vulnerabilities on this machine. */
  readonly scan: ScanRecord | undefined;
  /** SHA-256 of package-lock.json. */
  readonly lockfileDigest: string | undefined;
  readonly schema: SchemaFacts | undefined;
  /** Evidence of this environment, oldest first. */
  readonly evidence: readonly EvidenceFacts[];
}

/** A report of live checks and what it was about. */
export interface LiveReport {
  readonly target: ProbeTarget;
  readonly report: SuiteReport;
}

/** A signed record, the file that it was read from, and whether its signature is valid. */
export interface SignedRecord<Content> {
  readonly file: string;
  readonly content: Content;
  readonly signature: { readonly valid: true } | { readonly valid: false; readonly reason: string };
  /** The roles of the signer. */
  readonly roles: readonly string[];
}

/** Everything that the evaluation reads. */
export interface ChecklistFacts {
  readonly environment: Environment;
  readonly now: Date;
  readonly binding: Binding;
  /** Undefined if the ledger was not read. */
  readonly update: UpdateFacts | undefined;
  /** Whether the environment meets each condition; undefined if it is not known. */
  readonly conditions: Readonly<Record<Condition, boolean | undefined>>;
  /** Whether live checks reach processes on this machine instead of a cluster. */
  readonly processes: boolean;
  readonly policy: PolicyReport;
  readonly static: StaticFacts;
  readonly live: readonly LiveReport[];
  readonly drills: DrillRecords;
  /** Drill records of staging, which count for drills of the team. */
  readonly stagingDrills: DrillRecords;
  readonly signOffs: readonly SignedRecord<SignOff>[];
  readonly waivers: readonly SignedRecord<Waiver>[];
  /** Files that are not valid records. */
  readonly recordProblems: readonly RecordProblem[];
}
