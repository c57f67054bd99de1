import { describe, expect, test } from "@jest/globals";
import { type JsonObject, UNKNOWN } from "../../../plan/plan.ts";
import type { PolicyResource } from "../../../policy/input-node.ts";
import { maskResourceSecrets } from "../../../policy/pack/mask-resource-secrets.ts";

const TOKEN = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
const GIVEN = "https://hooks.slack.example/T0/B0/abcdef";

const resource = (type: string, name: string, inputs: JsonObject): PolicyResource => ({
  urn: `urn:pulumi:production::spacetime-vr::${type}::${name}`,
  type,
  name,
  protect: false,
  inputs,
});

const random = (base64: string) =>
  resource("random:index/randomBytes:RandomBytes", "secrets-api-token", { base64 });
const secret = (fields: JsonObject) => resource("kubernetes:core/v1:Secret", "secrets-game", fields);
const map = (data: JsonObject) => resource("kubernetes:core/v1:ConfigMap", "map", { data });
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** The inputs of the first resource after masking. */
function maskedInputs(...resources: readonly PolicyResource[]): JsonObject | undefined {
  return maskResourceSecrets(resources, resources)[0]?.inputs;
}

describe("secrets from Pulumi are masked as in the plan", () => {
  test("a generated value is replaced with a marker that has its name", () => {
    expect(maskedInputs(secret({ stringData: { "api-token": TOKEN } }), random(TOKEN))).toEqual({
      stringData: { "api-token": "[secret secrets-api-token.base64]" },
    });
  });

  test("a base64-encoded generated value is replaced as well", () => {
    expect(maskedInputs(secret({ data: { "api-token": base64(TOKEN) } }), random(TOKEN))).toEqual({
      data: { "api-token": "[secret secrets-api-token.base64]" },
    });
  });

  test("a configured value is masked in its Secret", () => {
    expect(maskedInputs(secret({ stringData: { slackWebhookUrl: GIVEN } }))).toEqual({
      stringData: { slackWebhookUrl: "[secret]" },
    });
  });

  test("a short value is masked in its Secret, but not in other fields", () => {
    const [first, second] = maskResourceSecrets(
      [secret({ stringData: { pin: "1234" } }), map({ port: "1234" })],
      [],
    );
    expect([first?.inputs, second?.inputs]).toEqual([
      { stringData: { pin: "[secret]" } },
      { data: { port: "1234" } },
    ]);
  });

  test("certificates are not masked", () => {
    expect(
      maskedInputs(secret({ stringData: { "tls.crt": "-----BEGIN CERTIFICATE-----", "tls.key": "k" } })),
    ).toEqual({
      stringData: { "tls.crt": "-----BEGIN CERTIFICATE-----", "tls.key": "[secret]" },
    });
  });

  test("a secret in another field is masked, as the whole value or as a part of it", () => {
    const strayed = map({ whole: TOKEN, inside: `Bearer ${TOKEN}`, given: GIVEN, plain: "hello" });
    expect(maskedInputs(strayed, random(TOKEN), secret({ stringData: { slackWebhookUrl: GIVEN } }))).toEqual({
      data: {
        whole: "[secret secrets-api-token.base64]",
        inside: "[secret]",
        given: "[secret]",
        plain: "hello",
      },
    });
  });

  test("an unknown value remains unknown", () => {
    expect(maskedInputs(secret({ stringData: { "api-token": UNKNOWN } }), random(UNKNOWN))).toEqual({
      stringData: { "api-token": UNKNOWN },
    });
    expect(maskedInputs(secret({ stringData: UNKNOWN }))).toEqual({ stringData: UNKNOWN });
  });

  test("secrets from provider outputs are masked in inputs", () => {
    const inputs = [map({ whole: TOKEN }), random(UNKNOWN)];
    const [first] = maskResourceSecrets(inputs, [random(TOKEN)]);
    expect(first?.inputs).toEqual({ data: { whole: "[secret secrets-api-token.base64]" } });
  });
});
