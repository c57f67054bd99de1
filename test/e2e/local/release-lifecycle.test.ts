import { describeReleaseLifecycle } from "../../operations/local/support/release-lifecycle.ts";
import { describeWithTool } from "../../support/tools.ts";

describeWithTool("nginx", "a release changes", () => {
  describeReleaseLifecycle("with nginx and everything that is installed", { front: "nginx", players: 20 });
});
