import { arrowRight, type Box, bottom, centre, type Diagram, frameAround, right } from "./diagram.ts";

const WIDTH = 902;
const CELL = { y: 104, width: 146, height: 88 };
const OUTCOME = { y: 262, height: 88 };
const LEFT = 34;
const PITCH = 172;

const preview: Box = {
  tone: "compute",
  title: "1. Preview",
  lines: ["policy pack:", "a block ends it"],
  x: LEFT,
  ...CELL,
};
const confirm: Box = {
  tone: "entry",
  title: "2. Confirm",
  lines: ["by the operator", "or with --yes"],
  x: LEFT + PITCH,
  ...CELL,
};
const deploy: Box = {
  tone: "compute",
  title: "3. Deploy",
  lines: ["Pulumi, under", "the same lock"],
  x: LEFT + 2 * PITCH,
  ...CELL,
};
const verify: Box = {
  tone: "compute",
  title: "4. Ten checks",
  lines: ["retried for up", "to 5 minutes"],
  x: LEFT + 3 * PITCH,
  ...CELL,
};
const record: Box = {
  tone: "data",
  title: "5. Record",
  lines: ["verdict, in", "the ledger"],
  x: LEFT + 4 * PITCH,
  ...CELL,
};
const passed: Box = {
  tone: "passed",
  title: "Passed",
  lines: ["10 of 10: a", "rollback target"],
  x: record.x,
  width: CELL.width,
  ...OUTCOME,
};
const failed: Box = {
  tone: "failed",
  title: "Failed",
  lines: ["exit code 1,", "checks named"],
  x: verify.x,
  width: CELL.width,
  ...OUTCOME,
};
const rollback: Box = {
  tone: "entry",
  title: "npm run rollback",
  lines: ["program, packages and config", "of the last verified update"],
  x: confirm.x,
  width: PITCH + CELL.width,
  ...OUTCOME,
};

/** The steps of `up`, and the rollback to the last verified deployment. */
export function createDeploymentDiagram(): Diagram {
  const up = frameAround("npm run up", [preview, confirm, deploy, verify, record]);
  const between = (bottom(up) + OUTCOME.y) / 2;
  const failedX = record.x + 40;
  const passedX = right(record) - 40;
  const label = { y: between - 5, anchor: "end" as const };
  return {
    title: "Deployment and rollback",
    description:
      "The up command previews with the policy pack, asks for confirmation, deploys, runs ten checks and records the verdict; after a failure, rollback deploys the last verified update through the same steps.",
    width: WIDTH,
    height: OUTCOME.y + OUTCOME.height + 24,
    frames: [up],
    boxes: [preview, confirm, deploy, verify, record, passed, failed, rollback],
    arrows: [
      arrowRight(preview, confirm),
      arrowRight(confirm, deploy),
      arrowRight(deploy, verify),
      arrowRight(verify, record),
      {
        points: [
          { x: failedX, y: bottom(record) },
          { x: failedX, y: between },
          { x: centre(failed).x, y: between },
          { x: centre(failed).x, y: failed.y },
        ],
        labels: [{ text: "failed", x: failedX - 8, ...label }],
      },
      {
        points: [
          { x: passedX, y: bottom(record) },
          { x: passedX, y: passed.y },
        ],
        labels: [{ text: "passed", x: passedX - 8, ...label }],
      },
      {
        points: [
          { x: failed.x, y: centre(failed).y },
          { x: right(rollback), y: centre(rollback).y },
        ],
        labels: [],
      },
      {
        points: [
          { x: rollback.x, y: centre(rollback).y },
          { x: centre(preview).x, y: centre(rollback).y },
          { x: centre(preview).x, y: bottom(preview) },
        ],
        labels: [{ text: "same steps", x: centre(preview).x - 8, y: OUTCOME.y, anchor: "end" }],
      },
    ],
    notes: [
      {
        text: "A rollback is previewed, confirmed, verified and recorded like any other deployment.",
        x: 20,
        y: 58,
        anchor: "start",
      },
    ],
  };
}
