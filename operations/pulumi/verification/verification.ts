import type { Environment } from "../../../components/shared/environments.ts";

/** The result of a verification. */
export interface Verification {
  readonly verdict: "good" | "bad";
  /** One line: the number of passed checks, and the first failure. */
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

/** The deployment to verify. */
export interface DeployedStack {
  readonly environment: Environment;
  /** The stack's outputs, without secrets. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The complete stack file of the deployment; for a rollback, not the one in the work tree. */
  readonly stackFile: string;
}

/** Verifies a deployed environment. If the environment does not answer, it returns a verdict instead of throwing. */
export type Verify = (deployed: DeployedStack) => Promise<Verification>;
