import { z } from "zod";
import * as scalar from "./scalars.ts";

export const certificates = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z
        .literal("self-signed")
        .describe("an internal authority and a self-signed RSA-4096 pair for the public name"),
      validityDays: scalar.integerBetween(1, 825).describe("lifetime of that pair in days"),
    }),
    z.strictObject({
      kind: z
        .literal("imported")
        .describe("a certificate bought elsewhere; its key is the encrypted key `tlsPrivateKey`"),
      certificateChain: scalar.pemCertificates.describe("PEM certificates, the leaf first"),
    }),
    z.strictObject({
      kind: z
        .literal("acme")
        .describe(
          "cert-manager: ACME through DNS-01 for the public name, an internal CA Issuer for the rest",
        ),
      email: scalar.email.describe("who hears from the certificate authority"),
      server: z
        .enum(["letsencrypt", "letsencrypt-staging"])
        .describe("which authority; the staging one is untrusted by browsers, but has no tight limits"),
      hostedZoneId: z
        .string()
        .regex(/^Z[A-Z0-9]{1,31}$/, 'must be a Route 53 hosted zone id such as "Z0123456789ABCDEFGHIJ"')
        .describe("Route 53 hosted zone of the domain"),
      region: z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as "eu-central-1"')
        .describe("AWS region of the DNS-01 solver"),
    }),
  ])
  .describe("where the certificates come from");
