import { packageName } from "./package-layout.ts";
import { OVERLAY_NAMES, OVERLAYS } from "./site-overlays.ts";

/** The first page that a receiver reads. */
export function renderPackageReadme(version: string): string {
  const name = packageName(version);
  const overlays = OVERLAY_NAMES.map((overlay) => `- \`${overlay}\`: ${OVERLAYS[overlay]}`).join("\n");
  return `# SpaceTime VR ${version}

Everything to run the SpaceTime VR game server on a Kubernetes cluster, also without access to other networks. You need Node 22.18 or newer
and kubectl; no npm package is installed.

## Before you unpack it

\`SHA256SUMS\` and \`SHA256SUMS.asc\` are published next to the archives. With the publisher's public key, from another channel:

\`\`\`
gpg --import spacetime-vr.asc
gpg --verify SHA256SUMS.asc SHA256SUMS
sha256sum --check --ignore-missing SHA256SUMS
tar -xzf ${name}.tar.gz && cd ${name}
sha256sum --check --quiet SHA256SUMS
\`\`\`

\`node bin/spacetime-vr.mjs release verify ../${name}.tar.gz --key spacetime-vr.asc\` also checks the manifest, the provenance, the bill of
materials, and that there is nothing else in the archive.

## Deploy

1. \`scripts/deployment/generate_secrets.sh <directory>\` generates the secrets and certificates of the site, once ([secrets](docs/secrets.md)).
2. Without access to the registries of the images: \`scripts/deployment/import_images.sh\` copies them into a registry of the site.
3. \`scripts/deployment/deploy.sh production --context <context> --secrets <directory>\`
4. \`scripts/deployment/rollback.sh --context <context>\` returns to the revision before.

[The packaging guide](docs/packaging.md) explains each step; [the checklist](DEPLOYMENT_CHECKLIST.md) lists what to verify.

The overlays in \`kubernetes/overlays\`:

${overlays}

## What is where

| directory | contains |
|---|---|
| \`binaries/\` | the Godot export |
| \`bin/\` | the command line that the scripts run, as one file |
| \`config/\` | \`.env.template\` for each environment, and the gateway's nginx.conf |
| \`kubernetes/\` | base, overlays, Helm chart, and the list of images |
| \`monitoring/\` | the files of Prometheus, Alertmanager and Grafana, as the pods mount them |
| \`scripts/\` | deployment, maintenance and migration; \`.bat\` files for Windows |
| \`tests/\` | smoke, integration and performance tests of a deployment |
| \`docs/\` | guides, runbooks, and the API |
| \`security/\` | bill of materials, licences, policies and their report |
| \`MANIFEST.json\` | the files with their digests ([schema](docs/reference/package-manifest.schema.json)) |
`;
}
