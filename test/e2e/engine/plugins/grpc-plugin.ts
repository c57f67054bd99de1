import * as grpc from "@grpc/grpc-js";

/** As large as the engine's own limit. */
export const MESSAGE_LIMITS = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
};

/** Serves a plugin on a free loopback port; the engine reads the port from the first line of standard output. */
export async function servePlugin(
  service: grpc.ServiceDefinition,
  handlers: grpc.UntypedServiceImplementation,
): Promise<number> {
  exitWithParent();
  const server = new grpc.Server(MESSAGE_LIMITS);
  server.addService(service, handlers);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

const PARENT_POLL_MS = 500;

/** A plugin whose engine was killed would run for ever. */
function exitWithParent(): void {
  const parent = process.ppid;
  const check = (): void => {
    if (process.ppid !== parent) process.exit(1);
  };
  setInterval(check, PARENT_POLL_MS).unref();
}

/** A unary handler from an async function; what it throws becomes the error that the user sees. */
export function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, respond) => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => respond(null, response),
        (error: unknown) => respond(statusError(error), null),
      );
  };
}

function statusError(error: unknown): Partial<grpc.StatusObject> {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "number")
    return error as Partial<grpc.StatusObject>;
  return { code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}

/** The answer to a call that this plugin does not have. */
export const unimplemented: grpc.handleUnaryCall<unknown, unknown> = (_call, respond) =>
  respond({ code: grpc.status.UNIMPLEMENTED, details: "not implemented by the test plugin" }, null);
