import { isMessageName, type JsonObject, type JsonValue } from "@dualmesh/envoy-api";

/** Envoy's word for what must not be shown. */
const REDACTED = "[redacted]";

/** The fields that Envoy's .proto files mark as sensitive, where their names alone do not tell. */
const SENSITIVE_FIELDS: ReadonlySet<string> = new Set([
  "auth_username",
  "context_extensions",
  "downstream_auth_username",
  "keys",
  "pkcs12",
  "users",
]);

/** Names that tell, also in the plain values of extensions, which no .proto file describes. */
const SENSITIVE_NAME =
  /(^|[_-])(password|passwd|secret|secret_data|token|private_?key|api_?key|credentials?)$/i;

/** Headers whose values are secrets wherever configuration adds them. */
const SENSITIVE_HEADER = /^(authorization|proxy-authorization|cookie|set-cookie)$/i;

/**
 * A copy of shown configuration without its secrets. In doubt nothing is shown: messages of unknown types, which are
 * bytes here, are left out whole.
 *
 * @see udpa.annotations.sensitive
 */
export function redact(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== "object" || value === null) return value;
  const object = value as JsonObject;
  const type = object["@type"];
  if (typeof type === "string" && !isMessageName(type.slice(type.lastIndexOf("/") + 1))) {
    return { "@type": type, value: REDACTED };
  }
  const key = object["key"];
  const isHeader = typeof key === "string" && (SENSITIVE_HEADER.test(key) || SENSITIVE_NAME.test(key));
  const entries = Object.entries(object).map(([name, inner]) => [
    name,
    isSensitive(name) || (isHeader && name !== "key") ? hide(inner) : redact(inner),
  ]);
  // `fromEntries` defines: a key `__proto__` of the wire stays an ordinary key.
  return Object.fromEntries(entries) as JsonObject;
}

function isSensitive(name: string): boolean {
  return SENSITIVE_FIELDS.has(name) || SENSITIVE_NAME.test(name);
}

/** Keeps the shape, so that one sees what is configured. */
function hide(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(hide);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, hide(inner)]),
    ) as JsonObject;
  }
  return typeof value === "string" ? REDACTED : value;
}
