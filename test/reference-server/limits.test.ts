import { expect, test } from "@jest/globals";
import { ClientAddressResolver } from "../../reference-server/http/client-address-resolver.ts";
import { IntrusionDetection } from "../../reference-server/limits/intrusion-detection.ts";
import { MemoryWindows, WINDOW_MS } from "../../reference-server/limits/rate-limit-windows.ts";

test("X-Forwarded-For from an untrusted address is ignored", () => {
  const addresses = new ClientAddressResolver(["10.0.0.0/8"]);
  expect(addresses.resolve("203.0.113.9", "198.51.100.1")).toBe("203.0.113.9");
  expect(addresses.resolve("::ffff:10.1.2.3", "198.51.100.1, 10.9.9.9")).toBe("198.51.100.1");
  expect(addresses.resolve("10.1.2.3", "nonsense")).toBe("10.1.2.3");
});

test("a rate-limit window ends after one minute", () => {
  const windows = new MemoryWindows();
  windows.count(["a"], 0);
  windows.count(["a"], WINDOW_MS - 1);
  expect(windows.count(["a"], WINDOW_MS)).toEqual([{ count: 1, endsInMs: WINDOW_MS }]);
});

test("a block expires after its duration", () => {
  const settings = { enabled: true, maxFailures: 1, windowSeconds: 10, blockSeconds: 10 };
  const blocked: string[] = [];
  const detection = new IntrusionDetection(settings, (address) => blocked.push(address));
  detection.recordFailure("a", 0);
  expect([
    detection.secondsUntilUnblocked("a", 9_999),
    detection.secondsUntilUnblocked("a", 10_000),
    blocked,
  ]).toEqual([1, undefined, ["a"]]);
});
