import type { PolicyContext } from "../context.ts";
import { NAME_LABEL, type Pod, pods } from "./kubernetes.ts";

/** The workloads that players are connected to: losing all their pods at once ends every session. */
const PLAYER_FACING_WORKLOADS = ["gateway", "game-server"];

/** The Deployments that players are connected to. */
export function playerFacingDeployments(context: PolicyContext): readonly Pod[] {
  return pods(context).filter(
    ({ kind, labels }) =>
      kind === "Deployment" && PLAYER_FACING_WORKLOADS.includes(labels.at(NAME_LABEL).text ?? ""),
  );
}
