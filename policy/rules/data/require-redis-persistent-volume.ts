import { mainContainers } from "../../lib/kubernetes.ts";
import { redisRule } from "../../lib/redis-rule.ts";

export const requireRedisPersistentVolume = redisRule({
  name: "require-redis-persistent-volume",
  items: ["pre.redis.storage"],
  description: "Redis writes its data to a persistent volume.",
  explanation: "An append-only file on the pod's ephemeral file system is lost with the pod.",
  remediation: "Mount a volume of volumeClaimTemplates at the directory that redis.conf sets as dir.",
  problems: (settings, pod) => {
    const directory = settings.get("dir");
    const claims = pod.owner
      .at("spec", "volumeClaimTemplates")
      .items.map((claim) => claim.at("metadata", "name").text);
    const isMounted = mainContainers(pod)
      .flatMap(({ node }) => node.at("volumeMounts").items)
      .some((mount) => mount.at("mountPath").text === directory && claims.includes(mount.at("name").text));
    return isMounted ? [] : [`no persistent volume is mounted at dir ${directory}`];
  },
});
