import { type DocumentPath, isMessageName, typeNameOf, unpackAny } from "@dualmesh/envoy-api";

/** A port that no socket has, and where. */
export interface WrongPort {
  readonly port: number;
  /** From the top of the message that was searched. */
  readonly path: DocumentPath;
}

/**
 * Finds ports over 65535 in a message, packed ones inside it included. protobuf has no 16-bit integer, so any reader lets
 * them through, and it would be each client on its own that refuses the resource.
 */
export function findWrongPorts(message: unknown): readonly WrongPort[] {
  const found: WrongPort[] = [];
  visit(message, [], found);
  return found;
}

/** `path` is one stack for the whole search, copied only for what is found. */
function visit(value: unknown, path: (string | number)[], found: WrongPort[]): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  if (isAny(value)) {
    // The fields of a packed message stand beside its `@type`, so the path goes on as if it were not packed.
    if (isMessageName(typeNameOf(value))) visit(unpackAny(value).message, path, found);
    return;
  }
  if (isSocketAddress(value) && value.port_value > 65_535) {
    found.push({ port: value.port_value, path: [...path, "port_value"] });
  }
  const entries = Array.isArray(value)
    ? value.entries()
    : value instanceof Map
      ? value
      : Object.entries(value);
  for (const [step, item] of entries as Iterable<[string | number, unknown]>) {
    path.push(step);
    visit(item, path, found);
    path.pop();
  }
}

function isAny(value: object): value is { readonly type_url: string; readonly value: Uint8Array } {
  return "type_url" in value && "value" in value && value.value instanceof Uint8Array;
}

/** Every property of a message is always there, so a `SocketAddress` is known by both members of its oneof. */
function isSocketAddress(value: object): value is { readonly port_value: number } {
  return "named_port" in value && "port_value" in value && typeof value.port_value === "number";
}
