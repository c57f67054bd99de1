#!/usr/bin/env bash
# Process 1 of the machine, in its own process, mount and network namespaces: when it ends, the kernel ends every container, every mount and
# every network rule with it. Usage: start.sh <directory>, with the variables that machine.ts sets.
set -euo pipefail
cd "$1"
export PATH=$CONTAINERD:$NODE:$ADD_ONS:/usr/sbin:/usr/bin:/sbin:/bin

log() { echo "machine: $*"; }

# Pods may see new mounts of the machine, as on any node; the host does not.
mount --make-rshared /
# Nothing is created below the host's /run.
mount -t tmpfs tmpfs /run
mkdir -p /run/netns containerd kubelet cni pod-logs volumes

# The supervisor moves the network interface in.
until ip link show machine0 >/dev/null 2>&1; do sleep 0.05; done
ip link set lo up
ip address add "$ADDRESS/30" dev machine0
ip link set machine0 up
ip route add default via "$GATEWAY"
echo 1 >/proc/sys/net/ipv4/ip_forward

# cgroup v1: the kubelet does not create its root, and a new cpuset has no CPUs until it is told.
for controller in /sys/fs/cgroup/*/; do
  [ -L "${controller%/}" ] || mkdir -p "$controller$CGROUP"
done
for file in cpus mems; do
  cat "/sys/fs/cgroup/cpuset/cpuset.$file" >"/sys/fs/cgroup/cpuset/$CGROUP/cpuset.$file"
done

declare -A names
start() {
  "$@" >"$1.log" 2>&1 &
  names[$!]=$1
}

start containerd --config containerd.toml
until ctr --address /run/containerd/containerd.sock version >/dev/null 2>&1; do
  kill -0 $! 2>/dev/null || { log "containerd has ended. $(tail -5 containerd.log)"; exit 1; }
  sleep 0.1
done
log "importing the images"
tar -C "$IMAGES" -cf - . | ctr --address /run/containerd/containerd.sock --namespace k8s.io images import --local - >import.log
log "starting the kubelet"
start kubelet --config kubelet.yaml --kubeconfig kubelet.kubeconfig --root-dir "$PWD/kubelet" --cert-dir "$PWD/kubelet-pki" \
  --hostname-override "$NODE_NAME" --node-ip "$ADDRESS" --node-labels "topology.kubernetes.io/zone=a,topology.kubernetes.io/region=test"
start kube-proxy --config kube-proxy.yaml
# kube-router ends if its node does not exist yet.
until "$KUBECTL" --kubeconfig kubelet.kubeconfig get node "$NODE_NAME" >/dev/null 2>&1; do sleep 0.3; done
start kube-router --kubeconfig=kube-router.kubeconfig --hostname-override="$NODE_NAME" --run-router=false --run-service-proxy=false \
  --run-firewall=true --service-cluster-ip-range=10.96.0.0/16

# The machine works only as a whole. Children of ended containers are reaped here.
while true; do
  wait -n -p ended || true
  name=${names[$ended]:-}
  [ -n "$name" ] || continue
  log "$name has ended. Its log ends:"
  tail -5 "$name.log"
  exit 1
done
