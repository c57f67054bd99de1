import path from "node:path";
import { ensureBuilt, type GoBuild, type GoBuildOptions } from "../../go-build/go-build.ts";
import { moduleVersion } from "../../go-build/module-version.ts";

/** The programs that a receiver and a publisher of a release use, which tests build from Go modules. */
export interface ReleasePrograms {
  readonly directory: string;
  readonly helm: string;
  /** The registry of the CNCF project Distribution: `registry <address> <directory> [<htpasswd file>]`. */
  readonly registry: string;
}

const MODULES_DIRECTORY = path.join(import.meta.dirname, "go");
const TOOLS = path.join(MODULES_DIRECTORY, "tools");

/** Returns Helm and an OCI registry; builds them if they are not cached. */
export async function ensureReleasePrograms(options: GoBuildOptions = {}): Promise<ReleasePrograms> {
  const directory = await ensureBuilt(releaseBuild(), options);
  return {
    directory,
    helm: path.join(directory, "helm"),
    registry: path.join(directory, "registry"),
  };
}

function releaseBuild(): GoBuild {
  const helm = moduleVersion(TOOLS, "helm.sh/helm/v3");
  const registry = moduleVersion(TOOLS, "github.com/distribution/distribution/v3");
  // Helm's Makefile stamps the Kubernetes version from the version of the client.
  const [, minor = ""] = moduleVersion(TOOLS, "k8s.io/client-go").split(".");
  const stamps = ["helm.sh/helm/v3/pkg/chartutil", "helm.sh/helm/v3/pkg/lint/rules"].flatMap((name) => [
    `-X ${name}.k8sVersionMajor=1`,
    `-X ${name}.k8sVersionMinor=${minor}`,
  ]);
  return {
    name: "programs of the release tests",
    cacheFolder: "release-programs",
    goVersion: "1.26.6",
    goModule: TOOLS,
    alternative: "",
    modulesDirectory: MODULES_DIRECTORY,
    modules: ["tools"],
    versions: { helm, registry },
    programs: {
      helm: {
        module: "tools",
        package: "helm.sh/helm/v3/cmd/helm",
        ldflags: [`-X helm.sh/helm/v3/internal/version.version=v${helm}`, ...stamps].join(" "),
      },
      registry: { module: "tools", package: "./registry" },
    },
    firstBuildMinutes: 5,
  };
}
