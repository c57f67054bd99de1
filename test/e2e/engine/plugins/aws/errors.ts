import { randomUUID } from "node:crypto";

/** The error of an AWS API, with the message of the real provider. */
export class AwsError extends Error {
  readonly code: string;

  constructor(call: AwsCall, [status, code, message]: AwsFailure) {
    super(
      `1 error occurred:\n\t* operation error ${call.service}: ${call.operation}, ` +
        `https response error StatusCode: ${status}, RequestID: ${randomUUID()}, ${code}: ${message}`,
    );
    this.name = "AwsError";
    this.code = code;
  }
}

/** The API call that fails, such as EKS and `CreateCluster`. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
}

/** The HTTP status, the error code of the service's API model, and its message. */
export type AwsFailure = readonly [status: number, code: string, message: string];
