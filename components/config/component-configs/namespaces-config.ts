import { NAMESPACES, type Namespace, NODES_NAMESPACE } from "../../shared/kubernetes/namespaces.ts";
import type { Config } from "../config.ts";

import { isLogShippingEnabled } from "./logging-config.ts";

/** The namespaces of the environment; the one for node agents only if it has pods. */
export function environmentNamespaces(config: Config): Namespace[] {
  const { monitoring } = config;
  const onNodes = monitoring.kind === "in-cluster" && monitoring.nodeExporter.kind === "own";
  return NAMESPACES.filter((name) => name !== NODES_NAMESPACE || onNodes || isLogShippingEnabled(config));
}
