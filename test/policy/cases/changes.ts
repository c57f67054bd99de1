import { UNKNOWN } from "../../../plan/plan.ts";
import type { Inputs } from "../support/draft-plan.ts";
import type { Change, UnknownCase } from "./rule-cases.ts";

export const GAME = "game-server-main-deployment";
export const GATEWAY = "gateway-deployment";
export const POSTGRES = "postgres-stateful-set";
export const REDIS = "redis-stateful-set";
export const ENVIRONMENT = "game-server-environment";

/** The path of the pod spec, and of its first container, in a Deployment or StatefulSet. */
export const POD = "spec.template.spec";
export const CONTAINER = `${POD}.containers[0]`;

/** Splits a path such as `spec.ports[0]["a.b"]` into steps. */
function parsePath(path: string): (string | number)[] {
  return [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted ?? (index === undefined ? (name ?? "") : Number(index)),
  );
}

/** Sets a value of a resource, or removes it (undefined); creates missing objects on the path. */
export function set(resource: string, path: string, value: unknown): Change {
  return (draft) => {
    const keys = parsePath(path);
    const last = keys.pop() ?? "";
    let place: Inputs = draft.inputs(resource);
    for (const key of keys) place = place[key] ??= {};
    if (value === undefined) delete place[last];
    else place[last] = value;
  };
}

/** Replaces a list of a resource with one element, so that its index does not depend on the program. */
export function setSingleItem(resource: string, path: string, value: unknown): Change {
  return set(resource, path, [value]);
}

/** Combines several changes. */
export function combine(...changes: readonly Change[]): Change {
  return (draft) => {
    for (const change of changes) change(draft);
  };
}

/** The unknown-value case of a value. */
export function unknownAt(resource: string, path: string): UnknownCase {
  return { title: `${resource} ${path}`, change: set(resource, path, UNKNOWN), at: `${resource} ${path}` };
}

export const remove =
  (...names: readonly string[]): Change =>
  (draft) => {
    for (const name of names) draft.remove(name);
  };

/** Removes the resources whose types end with one of the texts. */
export const withoutTypes =
  (...ends: readonly string[]): Change =>
  (draft) =>
    draft.removeTypes(...ends);

export const withoutPods = withoutTypes(":Deployment", ":StatefulSet", ":DaemonSet", ":Job", ":CronJob");

export const add =
  (type: string, name: string, inputs: Inputs): Change =>
  (draft) =>
    draft.add(type, name, inputs);

/** Sets a variable of the game server. */
export const setVariable = (name: string, value: string | undefined): Change =>
  set(ENVIRONMENT, `data.${name}`, value);

/** Replaces text in a file of a ConfigMap. */
export const replace =
  (configMap: string, file: string, text: string | RegExp, by: string): Change =>
  (draft) =>
    draft.replaceInConfigMap(configMap, file, text, by);

/** The default-deny network policy of the game namespace. */
export const DEFAULT_DENY_POLICY = "namespaces-spacetime-default-deny";

/** A peer of a network policy: one workload, or every address. */
export const fromWorkload = (workload: string) => ({
  podSelector: { matchLabels: { "app.kubernetes.io/name": workload } },
});
export const anyAddress = { ipBlock: { cidr: "0.0.0.0/0" } };

/** Removes the policy of a workload and the default-deny policy, so that no policy selects its pods. */
export const withoutNetworkPolicy = (policy: string): Change => remove(policy, DEFAULT_DENY_POLICY);
