import type { PolicyContext } from "../context.ts";
import { NAME_LABEL, type Pod, pods } from "./kubernetes.ts";

/** The workloads with player connections: losing all pods at the same time would end every session. */
const PLAYER_FACING_WORKLOADS = ["gateway", "game-server"];

/** The Deployments with player connections. */
export function playerFacingDeployments(context: PolicyContext): readonly Pod[] {
  return pods(context).filter(
    ({ kind, labels }) =>
      kind === "Deployment" && PLAYER_FACING_WORKLOADS.includes(labels.at(NAME_LABEL).text ?? ""),
  );
}
