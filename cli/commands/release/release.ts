import { Command } from "commander";
import { buildCommand } from "./build.ts";
import { checkCommand } from "./check.ts";
import { exportCommand } from "./export.ts";
import { imageCommand } from "./image.ts";
import type { ReleaseContext } from "./release-context.ts";
import { tryCommand } from "./try.ts";
import { uploadCommand } from "./upload.ts";
import { verifyCommand } from "./verify.ts";

/** Creates the `release` commands: from a Godot project to a verified package. */
export function releaseCommand(context: ReleaseContext): Command {
  return new Command("release")
    .summary("export, check and package a release")
    .description("From a Godot project to a verified release package.")
    .addCommand(exportCommand(context))
    .addCommand(checkCommand(context))
    .addCommand(tryCommand(context))
    .addCommand(buildCommand(context))
    .addCommand(imageCommand(context))
    .addCommand(verifyCommand(context))
    .addCommand(uploadCommand(context));
}
