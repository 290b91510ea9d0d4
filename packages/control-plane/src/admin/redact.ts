import type { JsonObject, JsonValue } from "@dualmesh/envoy-api";

/** What stands in place of a secret, as in Envoy's dumps. */
const REDACTED = "[redacted]";

/**
 * Fields whose whole content is secret, wherever they stand. The API marks them by an annotation on the field, which the
 * table of messages does not carry; by name, a user's own `password` in some metadata is hidden as well.
 */
const SENSITIVE: ReadonlySet<string> = new Set([
  "access_token",
  "auth_password",
  "auth_username",
  "authorization_token",
  "backend_token",
  "context_extensions",
  "downstream_auth_password",
  "downstream_auth_passwords",
  "downstream_auth_username",
  "generic_secret",
  "google_refresh_token",
  "json_key",
  "password",
  "pkcs12",
  "private_key",
  "private_key_provider",
  "secret_data",
  "session_ticket_keys",
  "token_secret",
]);

/** Messages in which a field of a common name is secret. */
const SENSITIVE_IN: ReadonlyMap<string, string> = new Map([
  ["type.googleapis.com/envoy.extensions.filters.http.basic_auth.v3.BasicAuth", "users"],
  ["type.googleapis.com/envoy.extensions.filters.http.basic_auth.v3.BasicAuthPerRoute", "users"],
]);

/** The same JSON without its secrets. The form is kept, every scalar inside a secret is replaced. */
export function redact(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(redact);
  if (typeof value !== "object" || value === null) return value;
  const type = Object.hasOwn(value, "@type") ? value["@type"] : undefined;
  const here = typeof type === "string" ? SENSITIVE_IN.get(type) : undefined;
  return mapEntries(value, (item, key) => (SENSITIVE.has(key) || key === here ? blank(item) : redact(item)));
}

function blank(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(blank);
  if (typeof value !== "object" || value === null) return REDACTED;
  return mapEntries(value, (item, key) => (key === "@type" ? item : blank(item)));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** `fromEntries` defines, so that a key `__proto__` stays an ordinary key. */
function mapEntries(object: JsonObject, map: (value: JsonValue, key: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, map(item, key)]));
}
