import type { JsonValue } from "@dualmesh/envoy-api";
import { expect, test } from "vitest";
import { redact } from "../../src/admin/redact.ts";

test.each<[string, JsonValue, JsonValue]>([
  ["a field by its name", { password: "x", host: "y" }, { password: "[redacted]", host: "y" }],
  [
    "a key's file and text alike, in their shape",
    { private_key: { inline_string: "x", filename: "/k" } },
    { private_key: { inline_string: "[redacted]", filename: "[redacted]" } },
  ],
  [
    "the keys of session tickets",
    { session_ticket_keys: { keys: [{ inline_bytes: "eA==" }] } },
    { session_ticket_keys: { keys: [{ inline_bytes: "[redacted]" }] } },
  ],
  [
    "a header that carries a secret",
    { header: { key: "Authorization", value: "Bearer x" } },
    { header: { key: "Authorization", value: "[redacted]" } },
  ],
  [
    "a header that does not",
    { header: { key: "x-tenant", value: "a" } },
    { header: { key: "x-tenant", value: "a" } },
  ],
  [
    "a message of an unknown type, whole",
    { "@type": "type.googleapis.com/acme.Config", value: "c2VjcmV0" },
    { "@type": "type.googleapis.com/acme.Config", value: "[redacted]" },
  ],
  [
    "names in any spelling",
    { apiKey: "x", "auth-token": "y", tokens: 3 },
    { apiKey: "[redacted]", "auth-token": "[redacted]", tokens: 3 },
  ],
  [
    "and nothing else",
    { key: "a", name: "secret", n: 1, on: true, none: null },
    { key: "a", name: "secret", n: 1, on: true, none: null },
  ],
])("redacts %s", (_, given, shown) => {
  expect(redact(given)).toEqual(shown);
});

test("a key from the wire that JavaScript knows stays an ordinary key", () => {
  const hostile = JSON.parse('{"__proto__": {"password": "x"}}') as JsonValue;
  expect(JSON.stringify(redact(hostile))).toBe('{"__proto__":{"password":"[redacted]"}}');
});
