import { describeReleaseLifecycle } from "../../operations/local/support/release-lifecycle.ts";
import { describeWithTool } from "../../support/tools.ts";

describeWithTool("nginx", "the release lifecycle", () => {
  describeReleaseLifecycle("with nginx and all installed data services", { gateway: "nginx", players: 20 });
});
