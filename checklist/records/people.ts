import { join } from "node:path";
import { z } from "zod";
import { parseYaml } from "../../components/config/stack-file/parse-yaml.ts";
import { InputError } from "../../components/shared/errors.ts";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import { ROLES } from "../types.ts";
import { PEOPLE_FILE } from "./record-files.ts";
import { PRINCIPAL } from "./signed-record.ts";

const person = z.strictObject({
  /** The identity in the allowed-signers file. */
  id: z.string().regex(PRINCIPAL, "must be an e-mail address or a name without spaces"),
  name: z.string().min(1),
  roles: z.array(z.enum(ROLES)).min(1, "must name at least one role"),
  /** How to reach the person, for example a telephone number. */
  contact: z.string().min(3).optional(),
});

const peopleSchema = z
  .strictObject({
    people: z.array(person),
    /** Who is called if a problem is not solved after so many minutes. */
    escalation: z
      .array(
        z.strictObject({
          afterMinutes: z.int().nonnegative(),
          person: z.string(),
          decides: z.string().min(3).optional(),
        }),
      )
      .default([]),
    /** The URL of the status page, if there is one. */
    statusPage: z.url({ protocol: /^https$/ }).optional(),
  })
  .superRefine(({ people, escalation }, { addIssue }) => {
    const ids = people.map(({ id }) => id);
    for (const [index, id] of ids.entries())
      if (ids.indexOf(id) !== index)
        addIssue({ code: "custom", path: ["people", index, "id"], message: "must be unique" });
    for (const [index, { person: id }] of escalation.entries())
      if (!ids.includes(id))
        addIssue({
          code: "custom",
          path: ["escalation", index, "person"],
          message: "must be one of the people",
        });
  });

/** The people who deploy and sign, and whom to call. */
export type People = z.infer<typeof peopleSchema>;

const NO_PEOPLE: People = { people: [], escalation: [] };

/**
 * Reads `records/people.yaml`; without the file there are no people.
 * @throws InputError with every problem.
 */
export function readPeople(directory: string): People {
  const text = readTextIfPresent(join(directory, PEOPLE_FILE));
  if (text === undefined) return NO_PEOPLE;
  const parsed = peopleSchema.safeParse(parseYaml(text, PEOPLE_FILE, "none"));
  if (parsed.success) return parsed.data;
  throw new InputError(
    `${PEOPLE_FILE} is invalid:`,
    parsed.error.issues.map(({ path, message }) => ({
      subject: path.join(".") || PEOPLE_FILE,
      rule: message,
      remedy: `Correct it in ${PEOPLE_FILE}; docs/checklist.md has an example.`,
    })),
  );
}

/** The roles of a person; none for an unknown one. */
export function rolesOf({ people }: People, id: string): readonly string[] {
  return people.find((one) => one.id === id)?.roles ?? [];
}
