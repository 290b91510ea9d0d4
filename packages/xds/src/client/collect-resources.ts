import { decode, type Message } from "@dualmesh/envoy-api/wire";
import type { AnyResourceType } from "../resource-type.ts";
import { RESOURCE_WRAPPER } from "../type-url.ts";
import { peekName } from "../wire/peek-name.ts";

type Any = Message<"google.protobuf.Any">;

/** The resources of one response, told apart by name; nothing is parsed yet. */
export interface Collected {
  /** `undefined`: the name occurs more than once, so that nobody can say which one is meant. */
  readonly byName: ReadonlyMap<string, Uint8Array | undefined>;
  /** Names that came without content: signs of life for resources with a time to live, which say nothing new. */
  readonly heartbeats: ReadonlySet<string>;
  /** What cannot be put down to a name. */
  readonly problems: readonly string[];
}

/**
 * Unwraps and names the resources of a response.
 *
 * Names are looked up in the bytes, so that a resource that nobody watches, or that has not changed, costs no parsing.
 */
export function collectResources(type: AnyResourceType, resources: readonly Any[]): Collected {
  const byName = new Map<string, Uint8Array | undefined>();
  const heartbeats = new Set<string>();
  const problems: string[] = [];
  for (let i = 0; i < resources.length; i++) {
    const found = unwrap(type, resources[i] as Any);
    if (typeof found === "string") problems.push(`${type.name} at place ${i} of the response: ${found}`);
    else if (found.bytes === undefined) heartbeats.add(found.name);
    else byName.set(found.name, byName.has(found.name) ? undefined : found.bytes);
  }
  return { byName, heartbeats, problems };
}

interface Named {
  readonly name: string;
  readonly bytes: Uint8Array | undefined;
}

/** The name and bytes of a resource, or what is wrong with it. */
function unwrap(type: AnyResourceType, any: Any): Named | string {
  if (any.type_url === type.typeUrl) return named(peekName(any.value), any.value);
  if (any.type_url !== RESOURCE_WRAPPER) return `has the type "${any.type_url}", not "${type.typeUrl}"`;
  let wrapper: Message<"envoy.service.discovery.v3.Resource">;
  try {
    wrapper = decode("envoy.service.discovery.v3.Resource", any.value);
  } catch (error) {
    return `cannot be unwrapped: ${(error as Error).message}`;
  }
  const inner = wrapper.resource;
  if (inner === undefined) {
    return wrapper.name === "" ? "is wrapped without content" : { name: wrapper.name, bytes: undefined };
  }
  if (inner.type_url !== type.typeUrl) return `wraps the type "${inner.type_url}", not "${type.typeUrl}"`;
  return named(wrapper.name === "" ? peekName(inner.value) : wrapper.name, inner.value);
}

function named(name: string | undefined, bytes: Uint8Array): Named | string {
  return name === undefined ? "has no name" : { name, bytes };
}
