import { describeReleaseLifecycle } from "./support/release-lifecycle.ts";

// Tests with all services and more players are in test/e2e/local, because they need real servers.
describeReleaseLifecycle("the release lifecycle of a server without nginx", {
  gateway: "none",
  without: "nginx,postgres,redis",
  players: 5,
});
