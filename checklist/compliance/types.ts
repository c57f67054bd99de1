/**
 * The state of a control. `met`: the evidence verifies everything that the control asks of this product. `partly`: the evidence
 * verifies a part, and the note says what is missing. `not-assessed`: nothing verifies it.
 */
export type ControlStatus = "met" | "partly" | "not-assessed";

/** What verifies a control; every name exists, which a test checks. */
export interface Evidence {
  /** Policy rules. */
  readonly rules?: readonly string[];
  /** Checklist items, for what a drill or a person verifies. */
  readonly items?: readonly string[];
  /** Checks of a running environment, as in `smoke/tls-certificate`. */
  readonly probes?: readonly string[];
  /** Test files. */
  readonly tests?: readonly string[];
}

/** A control of a framework, with the framework's own ID. */
export interface Control {
  readonly id: string;
  readonly title: string;
  readonly status: ControlStatus;
  readonly evidence: Evidence;
  readonly note?: string;
}

/** A framework in one version. */
export interface Framework {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Where its IDs and titles were looked up. */
  readonly source: string;
  /** What the selection of controls leaves out. */
  readonly scope: string;
  readonly controls: readonly Control[];
}

/** Declares a control that the evidence fully verifies. */
export function met(id: string, title: string, evidence: Evidence, note?: string): Control {
  return { id, title, status: "met", evidence, ...(note === undefined ? {} : { note }) };
}

/** Declares a control that the evidence verifies in part; the note says what is missing. */
export function partly(id: string, title: string, evidence: Evidence, note: string): Control {
  return { id, title, status: "partly", evidence, note };
}

/** Declares a control that nothing verifies; the note says why. */
export function notAssessed(id: string, title: string, note: string): Control {
  return { id, title, status: "not-assessed", evidence: {}, note };
}
