import { readFileSync } from "node:fs";
import path from "node:path";
import { ensureBuilt, type GoBuild, type GoBuildOptions } from "../go-build/go-build.ts";
import { moduleVersion } from "../go-build/module-version.ts";

/** The programs of the Pulumi engine that tests build from Go modules. */
interface EngineBinaries {
  /** Has the Kubernetes provider under the name that the engine looks for on PATH. */
  readonly directory: string;
  readonly pulumi: string;
  /** Prints what Pulumi's loader reads from the YAML scalars on standard input. */
  readonly stackValues: string;
}

const MODULES_DIRECTORY = path.join(import.meta.dirname, "go");

const PROVIDER_MODULE = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/** Returns the CLI and the Kubernetes provider; builds them if they are not cached. */
export async function ensureEngineBinaries(options: GoBuildOptions = {}): Promise<EngineBinaries> {
  const directory = await ensureBuilt(engineBuild(), options);
  return {
    directory,
    pulumi: path.join(directory, "pulumi"),
    stackValues: path.join(directory, "stack-values"),
  };
}

function engineBuild(): GoBuild {
  const pulumi = moduleVersion(path.join(MODULES_DIRECTORY, "cli"), "github.com/pulumi/pulumi/pkg/v3");
  // The provider must report the version of the npm package, because the engine compares the two.
  const kubernetes = packageVersion("@pulumi/kubernetes");
  const embedded = (name: string) => ({
    module: PROVIDER_MODULE,
    file: `cmd/pulumi-resource-kubernetes/${name}`,
  });
  return {
    name: "Pulumi engine",
    cacheFolder: "engine",
    goVersion: "1.26.0",
    goModule: path.join(MODULES_DIRECTORY, "cli"),
    alternative: "put pulumi and its plugins on PATH",
    modulesDirectory: MODULES_DIRECTORY,
    modules: ["cli", "kubernetes-provider"],
    versions: { pulumi, kubernetes },
    programs: {
      pulumi: {
        module: "cli",
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumi}`,
      },
      "stack-values": { module: "cli", package: "./stack-values" },
      "pulumi-resource-kubernetes": {
        module: "kubernetes-provider",
        package: ".",
        ldflags: `-X main.version=${kubernetes}`,
        embeds: {
          "schema.json": embedded("schema.json"),
          "terraform-mapping.json": embedded("terraform-mapping.json"),
        },
      },
    },
    firstBuildMinutes: 9,
  };
}

function packageVersion(name: string): string {
  const file = path.join(process.cwd(), "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}
