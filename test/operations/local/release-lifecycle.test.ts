import { describeReleaseLifecycle } from "./support/release-lifecycle.ts";

// Every part beside the server, and more players, are in test/e2e/local: each part is processes of its own.
describeReleaseLifecycle("the release lifecycle of a server without nginx", {
  front: "none",
  without: "nginx,postgres,redis",
  players: 5,
});
