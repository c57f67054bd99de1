import { join } from "node:path";
import { validateConfig } from "../../components/config/checks/index.ts";
import type { Config, RawConfig } from "../../components/config/config.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import { sha256 } from "../../components/shared/sha256.ts";
import { readGolden, serializeGolden } from "../../plan/golden.ts";
import type { Plan } from "../../plan/plan.ts";
import { evaluatePlan } from "../../policy/evaluate.ts";
import { loadPolicyConfig } from "../../policy/load-config.ts";
import type {
  ChecklistFacts,
  EvidenceFacts,
  LiveReport,
  RepositoryFacts,
  UpdateFacts,
} from "../evaluation/facts.ts";
import { readDrillRecords } from "../records/drill-record.ts";
import { type People, readPeople } from "../records/people.ts";
import type { ReleaseRecord } from "../records/release-record.ts";
import { readSignOffs, readWaivers } from "../records/signed-records.ts";
import { conditionsOf } from "./conditions.ts";
import { readGateRecord, readReleaseRecord, readScanRecord } from "./state-files.ts";

/** What the ledger of a stack says. */
export interface LedgerFacts {
  /** The latest update; undefined before the first one. */
  readonly update: UpdateFacts | undefined;
  readonly hasEarlierRelease: boolean;
  /** The schema version of the last verified update. */
  readonly previousSchema: number | undefined;
}

export interface GatherOptions {
  readonly directory: string;
  readonly environment: Environment;
  readonly now: Date;
  readonly plan: Plan;
  readonly config: Config;
  readonly raw: RawConfig;
  /** The database schema of this commit. */
  readonly schema: { readonly version: number; readonly worksBackTo: number };
  /** Undefined if it was not read. */
  readonly ledger: LedgerFacts | undefined;
  readonly live: readonly LiveReport[];
  readonly processes: boolean;
  readonly repository: RepositoryFacts | undefined;
  /** Reads the evidence of the environment for this binding. */
  readonly readEvidence: (binding: ChecklistFacts["binding"]) => readonly EvidenceFacts[];
}

/** Reads everything that the evaluation needs and that is not given. */
export function gatherFacts(options: GatherOptions): ChecklistFacts & { readonly people: People } {
  const { directory, environment, now, plan, config, raw, ledger, live, processes, repository } = options;
  const people = readPeople(directory);
  const release = readReleaseRecord(directory);
  const gate = readGateRecord(directory);
  const scan = readScanRecord(directory);
  const lockfile = readTextIfPresent(join(directory, "package-lock.json"));
  const binding = bindingOf(plan, config, release.content);
  const signOffs = readSignOffs({ directory, environment, people, now });
  const waivers = readWaivers({ directory, environment, people, now });
  const drills = readDrillRecords(directory, environment);
  return {
    people,
    environment,
    now,
    binding,
    update: ledger?.update,
    conditions: conditionsOf(config, people, ledger?.hasEarlierRelease),
    processes,
    policy: evaluatePlan(plan, loadPolicyConfig(directory), { purpose: "deploy", today: now }),
    static: {
      environment,
      now,
      plan,
      config,
      raw,
      validation: validateConfig(config),
      golden: readGolden(directory, environment),
      repository,
      gate: gate.content,
      release: release.content,
      scan: scan.content,
      lockfileDigest: lockfile === undefined ? undefined : sha256(lockfile),
      schema: { ...options.schema, previous: ledger?.previousSchema },
      evidence: options.readEvidence(binding),
    },
    live,
    drills,
    stagingDrills:
      environment === "staging" ? { records: [], problems: [] } : readDrillRecords(directory, "staging"),
    signOffs: signOffs.records,
    waivers: waivers.records,
    recordProblems: [
      ...signOffs.problems,
      ...waivers.problems,
      ...drills.problems,
      ...release.problems,
      ...gate.problems,
      ...scan.problems,
    ],
  };
}

/** A digest of repeated digits is an example value. */
const EXAMPLE_DIGEST = /^([0-9a-f])\1{63}$/;

/** The release is its payload; without a release package, it is the game server's image. */
export function bindingOf(
  plan: Plan,
  config: Config,
  release: ReleaseRecord | undefined,
): ChecklistFacts["binding"] {
  const image = /@sha256:([0-9a-f]{64})$/.exec(config.gameServer.image)?.[1];
  const digest = release?.payloadDigest ?? image;
  return {
    planDigest: sha256(serializeGolden(plan)),
    releaseDigest: digest === undefined || EXAMPLE_DIGEST.test(digest) ? undefined : digest,
  };
}
