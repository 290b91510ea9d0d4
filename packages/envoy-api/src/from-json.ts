import { JsonReader } from "./json-reader.ts";
import { readJson } from "./json-text.ts";
import type { Message, MessageName } from "./message-init.ts";
import { requireMessageType } from "./message-type.ts";
import { ProblemList } from "./problem-list.ts";
import type { SourceDocument, TextOptions } from "./source-document.ts";

/**
 * Reads a message from plain values, as `JSON.parse` gives them, by the rules of proto3 JSON.
 *
 * Both spellings of names are accepted, `null` is absent, wrappers are bare values, durations are `"1.5s"`,
 * an `Any` is the message itself with its type in `@type`.
 *
 * ```ts
 * import { fromJson } from "@dualmesh/envoy-api";
 *
 * const cluster = fromJson("envoy.config.cluster.v3.Cluster", { name: "orders", connectTimeout: "1.5s" });
 * console.log(cluster.name, cluster.connect_timeout); // => orders { seconds: 1, nanos: 500000000 }
 * ```
 *
 * @param source gives problems their line and column, if the values came from a text.
 * @throws DocumentError with all problems: unknown fields, wrong types, values out of range, two members of a
 * oneof, a field in both spellings, an `@type` that is not known.
 * @see https://protobuf.dev/programming-guides/json
 */
export function fromJson<N extends MessageName>(
  name: N,
  value: unknown,
  options: { readonly source?: SourceDocument } = {},
): Message<N> {
  const problems = new ProblemList(options.source);
  const message = new JsonReader(problems).message(requireMessageType(name), value, 0);
  problems.throwIfAny();
  return message as Message<N>;
}

/**
 * Reads a message from JSON text. Integers beyond 2^53 are kept exactly.
 * @throws DocumentError with all problems, each with line and column; see `fromJson`.
 */
export function parseJsonText<N extends MessageName>(
  name: N,
  text: string,
  options: TextOptions = {},
): Message<N> {
  const source = readJson(text, options);
  return fromJson(name, source.value, { source });
}
