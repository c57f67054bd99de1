import { z } from "zod";
import * as scalar from "./scalars.ts";

export const certificates = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z
        .literal("self-signed")
        .describe("an internal CA, and a self-signed RSA-4096 certificate for the public domain"),
      validityDays: scalar.integerBetween(1, 825).describe("lifetime of that certificate in days"),
    }),
    z.strictObject({
      kind: z
        .literal("imported")
        .describe("an existing certificate; its private key is the encrypted config key `tlsPrivateKey`"),
      certificateChain: scalar.pemCertificates.describe("PEM certificate chain, leaf certificate first"),
    }),
    z.strictObject({
      kind: z
        .literal("acme")
        .describe(
          "cert-manager: ACME with DNS-01 for the public domain, an internal CA issuer for the other certificates",
        ),
      email: scalar.email.describe("contact address of the ACME account"),
      server: z
        .enum(["letsencrypt", "letsencrypt-staging"])
        .describe("ACME server; browsers do not trust `letsencrypt-staging`, but its rate limits are higher"),
      hostedZoneId: z
        .string()
        .regex(/^Z[A-Z0-9]{1,31}$/, 'must be a Route 53 hosted zone id such as "Z0123456789ABCDEFGHIJ"')
        .describe("id of the Route 53 hosted zone that contains the domain"),
      region: z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as "eu-central-1"')
        .describe("AWS region of the DNS-01 solver"),
    }),
  ])
  .describe("TLS certificates");
