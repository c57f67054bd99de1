import { describeRolling } from "../../operations/local/rolling.ts";
import { describeWithTool } from "../../support/tools.ts";

describeWithTool("nginx", "a release changes", () => {
  describeRolling("with nginx and everything that is installed", { front: "nginx", players: 20 });
});
