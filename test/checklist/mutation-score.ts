/**
 * `npm run checklist:mutation` deletes each implementation of a check in turn (a policy rule, a static check, a live check, a finding, a
 * drill) and counts the items that then still pass or fail. Each of its items must become unproven.
 */
import { deleteImplementations } from "./support/deletions.ts";

const results = await deleteImplementations();
for (const { implementation, items, survivors } of results.filter((one) => one.survivors.length > 0))
  process.stdout.write(
    `${implementation}: ${survivors.join(", ")} of ${items} items do not notice its deletion\n`,
  );
const noticed = results.filter(({ survivors }) => survivors.length === 0).length;
const items = results.reduce((sum, one) => sum + one.items, 0);
process.stdout.write(`noticed ${noticed}/${results.length} deleted implementations (${items} items)\n`);
process.exitCode = noticed === results.length && results.length > 0 ? 0 : 1;
