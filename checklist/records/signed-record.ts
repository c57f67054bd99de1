import { z } from "zod";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";

const DIGEST = /^[0-9a-f]{64}$/;

/** An identity in the allowed-signers file: an e-mail address or a name without spaces and wildcards. */
export const PRINCIPAL = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/;

/** The fields that every signed record has. */
export const signedFields = {
  version: z.literal(1),
  item: z.string().regex(/^[a-z0-9.-]{1,80}$/),
  /** SHA-256 of the item's text at the time of signing: a changed item needs a new signature. */
  itemDigest: z.string().regex(DIGEST),
  environment: z.enum(ENVIRONMENTS),
  /** The identity of the signer in the allowed-signers file. */
  signer: z.string().regex(PRINCIPAL),
  signedAt: z.iso.datetime(),
};

/** What the record was signed for. */
export const bindingSchema = z.strictObject({
  planDigest: z.string().regex(DIGEST),
  releaseDigest: z.string().regex(DIGEST).optional(),
});
