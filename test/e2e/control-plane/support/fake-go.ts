import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** What the fake does for a build: it creates an empty program. */
export const writeEmptyProgram = 'printf "#!/bin/sh\\n" > "$2" && chmod 755 "$2"';

/** A fake Go: the tests cover the harness, and a real build takes minutes. */
export async function createFakeGo(
  folder: string,
  build: string,
  version = "go1.26.0",
): Promise<NodeJS.ProcessEnv> {
  const stages = path.join(folder, "kwok", "kustomize", "stage");
  for (const name of ["node/fast/node-initialize", "node/heartbeat-with-lease/node-heartbeat-with-lease"]) {
    await writeStage(path.join(stages, `${name}.yaml`));
  }
  for (const name of ["pod-ready", "pod-complete", "pod-delete"])
    await writeStage(path.join(stages, "pod/fast", `${name}.yaml`));
  const script = `#!/bin/sh
case "$1" in
  env) printf '%s\\nlinux\\namd64\\n' ${version} ;;
  list) echo ${path.join(folder, "kwok")} ;;
  build)
    while [ "$1" != -o ]; do shift; done
    echo "$2" >> ${path.join(folder, "builds")}
    ${build} ;;
esac
`;
  await mkdir(path.join(folder, "bin"), { recursive: true });
  await writeFile(path.join(folder, "bin", "go"), script);
  await chmod(path.join(folder, "bin", "go"), 0o755);
  const search = [path.join(folder, "bin"), process.env.PATH].join(path.delimiter);
  return { PATH: search, XDG_CACHE_HOME: path.join(folder, "cache") };
}

async function writeStage(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `kind: Stage # ${path.basename(file)}\n`);
}
