import { expect, test } from "@jest/globals";
import { ClientAddresses } from "../../reference-server/http/client-address.ts";
import { IntrusionDetection } from "../../reference-server/limits/intrusion.ts";
import { MemoryWindows, WINDOW_MS } from "../../reference-server/limits/windows.ts";

test("X-Forwarded-For of a stranger is not believed", () => {
  const addresses = new ClientAddresses(["10.0.0.0/8"]);
  expect(addresses.of("203.0.113.9", "198.51.100.1")).toBe("203.0.113.9");
  expect(addresses.of("::ffff:10.1.2.3", "198.51.100.1, 10.9.9.9")).toBe("198.51.100.1");
  expect(addresses.of("10.1.2.3", "nonsense")).toBe("10.1.2.3");
});

test("a window of the limits ends after its minute", () => {
  const windows = new MemoryWindows();
  windows.take(["a"], 0);
  windows.take(["a"], WINDOW_MS - 1);
  expect(windows.take(["a"], WINDOW_MS)).toEqual([{ count: 1, endsInMs: WINDOW_MS }]);
});

test("a blocked address is let in again when its time is over", () => {
  const settings = { enabled: true, maxFailures: 1, windowSeconds: 10, blockSeconds: 10 };
  const blocked: string[] = [];
  const detection = new IntrusionDetection(settings, (address) => blocked.push(address));
  detection.failed("a", 0);
  expect([detection.blockedFor("a", 9_999), detection.blockedFor("a", 10_000), blocked]).toEqual([
    1,
    undefined,
    ["a"],
  ]);
});
