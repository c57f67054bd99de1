/** A double of pulumi-random for tests: real random bytes, replaced when an input changes. */
import { randomBytes, randomUUID } from "node:crypto";
import { checkNames, findByType, serveProvider } from "./provider-server.ts";

await serveProvider({
  name: "random",
  resource: findByType({
    "random:index/randomBytes:RandomBytes": {
      check: checkNames(["keepers", "length"], ["length"]),
      outputs: ["base64", "hex"],
      create: async ({ length }) => {
        const bytes = randomBytes(Number(length));
        return {
          id: randomUUID(),
          outputs: { base64: bytes.toString("base64"), hex: bytes.toString("hex") },
        };
      },
    },
  }),
});
