/** `npm run policy:guide`: writes the table of rules into the guide. */
import { writeFileSync } from "node:fs";
import { GUIDE, guide } from "./guide.ts";

writeFileSync(GUIDE, guide().expected);
