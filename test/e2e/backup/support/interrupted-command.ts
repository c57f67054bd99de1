import { createRestorePoint } from "../../../../operations/backup/create-restore-point.ts";
import { restoreBackup } from "../../../../operations/backup/local-backup.ts";
import { openLocalRepository, readLocalSource } from "../../../../operations/backup/local-repository.ts";
import { DEFAULT_RETENTION } from "../../../../operations/backup/retention.ts";
import { localPaths } from "../../../../operations/local/paths.ts";

/** Kills this process, as the out-of-memory killer does, when the command reaches a step; `+` kills it shortly after. */
const [project = "", command = "", killAt = ""] = process.argv.slice(2);

const DAY_MS = 86_400_000;

const onStep = (step: string, detail?: string): void => {
  const kill = () => process.kill(process.pid, "SIGKILL");
  if (killAt === step || killAt === `${step}: ${detail}`) kill();
  if (killAt === `${step}+`) setTimeout(kill, 100);
};

if (command === "backup") {
  const paths = localPaths(project);
  // A clock two months ahead makes every earlier restore point and base backup superfluous.
  const now = new Date(Date.now() + 60 * DAY_MS);
  await createRestorePoint(openLocalRepository(paths), readLocalSource(paths), {
    full: true,
    retention: DEFAULT_RETENTION,
    now,
    onStep,
  });
} else {
  await restoreBackup({ project }, { target: { kind: "latest" }, confirm: async () => undefined, onStep });
}
