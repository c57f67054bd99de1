import { mainContainers } from "../../lib/kubernetes.ts";
import { redisRule } from "../../lib/redis-rule.ts";

export const requireRedisPersistentVolume = redisRule({
  name: "require-redis-persistent-volume",
  items: ["pre.redis.storage"],
  description: "Redis writes to a volume that outlives its pod.",
  explanation: "An append-only file in the pod's own file system is gone with the pod.",
  remediation: "Mount a volumeClaimTemplate at the directory that dir names in redis.conf.",
  problems: (settings, pod) => {
    const directory = settings.get("dir");
    const claims = pod.owner
      .at("spec", "volumeClaimTemplates")
      .items.map((claim) => claim.at("metadata", "name").text);
    const isMounted = mainContainers(pod)
      .flatMap(({ node }) => node.at("volumeMounts").items)
      .some((mount) => mount.at("mountPath").text === directory && claims.includes(mount.at("name").text));
    return isMounted ? [] : [`no claimed volume is mounted at dir ${directory}`];
  },
});
