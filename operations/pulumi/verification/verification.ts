import type { Environment } from "../../../components/shared/environments.ts";

/** What a verification found. */
export interface Verification {
  readonly verdict: "good" | "bad";
  /** One line: how many of the checks passed, and what failed first. */
  readonly summary: string;
}

/** A wait of the verification, reported after each unsuccessful attempt. */
export interface WaitStatus {
  /** What must become true, such as `https://play.example.org/health to respond`. */
  readonly waitingFor: string;
  /** The result of the last attempt. */
  readonly reason: string;
  readonly elapsedMs: number;
  readonly timeoutMs: number;
}

export type OnWait = (status: WaitStatus) => void;

/** What there is to verify. */
export interface DeployedStack {
  readonly environment: Environment;
  /** The stack's outputs, secrets left out. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The stack file that it was deployed with, whole; of a rollback not the one in the work tree. */
  readonly stackFile: string;
}

/** Asks a deployed environment whether it is good. It must answer, not throw, when the environment does not. */
export type Verify = (deployed: DeployedStack) => Promise<Verification>;
