import { emptyBytes } from "./absent.ts";
import { show } from "./check-scalar.ts";
import { encodeAs } from "./encode.ts";
import type { Field } from "./field.ts";
import { enumFromJson, scalarFromJson } from "./json-scalar.ts";
import { parseDuration, parseFieldMask, parseTimestamp } from "./json-time.ts";
import { setOwn } from "./json-value.ts";
import { parseMapKey } from "./map-entries.ts";
import { findMessageType, listMessageNames, type MessageType } from "./message-type.ts";
import type { ProblemList } from "./problem-list.ts";
import { suggest } from "./suggest.ts";

/** Objects and lists inside each other that are read at most. */
const maxDepth = 100;

type JsonInput = Readonly<Record<string, unknown>>;

/** Reads messages from plain values; what is wrong goes to the list of problems, and the rest is read on. */
export class JsonReader {
  readonly #problems: ProblemList;

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  /** A message in the form of its type. Undefined, with a problem reported, if it is none at all. */
  message(type: MessageType, value: unknown, depth: number): unknown {
    if (depth >= maxDepth) return this.#wrong(`nested more than ${maxDepth} deep`);
    switch (type.form) {
      case "wrapper":
        // A bare value. Readers of protobuf, and with them Envoy, take `{ "value": … }` as well.
        return isObject(value)
          ? (this.#fields(type, value, depth, "") as { readonly value?: unknown } | undefined)?.value
          : this.#single(type.fields[0]!, value, depth);
      case "value":
        return this.#json(value, depth);
      case "list":
        return Array.isArray(value)
          ? this.#json(value, depth)
          : this.#wrong(`expected a list, found ${show(value)}`);
      case "struct":
        return isObject(value)
          ? this.#json(value, depth)
          : this.#wrong(`expected an object, found ${show(value)}`);
      case "plain":
        return this.#plain(type, value, depth);
    }
  }

  #plain(type: MessageType, value: unknown, depth: number): unknown {
    switch (type.name) {
      case "google.protobuf.Duration":
        return this.#text(value, parseDuration, 'a duration like "1.5s"');
      case "google.protobuf.Timestamp":
        return this.#text(value, parseTimestamp, 'a time like "2024-05-01T12:00:00Z"');
      case "google.protobuf.FieldMask":
        return this.#text(value, parseFieldMask, 'a field mask like "name,loadAssignment.endpoints"');
      default:
    }
    if (!isObject(value)) return this.#wrong(`expected an object (${type.name}), found ${show(value)}`);
    if (type.name === "google.protobuf.Any") return this.#any(value, depth);
    return this.#fields(type, value, depth, "");
  }

  /** @param except a key that is not a field: the `@type` of an Any. */
  #fields(type: MessageType, object: JsonInput, depth: number, except: string): Record<string, unknown> {
    const message = type.create();
    const spellings = new Map<Field, string>();
    for (const key of Object.keys(object)) {
      if (key === except) continue;
      const field = type.fieldByKey(key);
      if (field === undefined) {
        const names = type.fields.flatMap((known) => [known.name, known.jsonName]);
        this.#problems.reportAt(key, `unknown field of ${type.name}${suggest(key, names)}`, "key");
        continue;
      }
      const before = spellings.get(field);
      if (before !== undefined) {
        this.#problems.reportAt(key, `the same field as "${before}", which is given too`, "key");
        continue;
      }
      spellings.set(field, key);
      this.#problems.enter(key);
      this.#field(field, object[key], message, depth);
      this.#problems.leave();
    }
    return message;
  }

  #field(field: Field, value: unknown, message: Record<string, unknown>, depth: number): void {
    if (isAbsent(field, value)) return;
    const other = field.members.find((name) => message[name] !== undefined);
    if (other !== undefined) {
      this.#problems.report(`"${other}" is given too, and oneof ${field.oneof} holds one of them`, "key");
      return;
    }
    const read =
      field.mapKey !== undefined
        ? this.#map(field, value, depth)
        : field.repeated
          ? this.#list(field, value, depth)
          : this.#single(field, value, depth);
    // What could not be read leaves the default: the problem is reported, the message will not be used.
    if (read !== undefined) message[field.name] = read;
  }

  #list(field: Field, value: unknown, depth: number): unknown {
    if (!Array.isArray(value)) return this.#wrong(`expected a list, found ${show(value)}`);
    if (value.length === 0) return undefined;
    return value.map((element, at) => {
      this.#problems.enter(at);
      const read = isAbsent(field, element)
        ? this.#wrong("a list has no null")
        : this.#single(field, element, depth + 1);
      this.#problems.leave();
      return read;
    });
  }

  #map(field: Field, value: unknown, depth: number): unknown {
    if (!isObject(value)) return this.#wrong(`expected an object, found ${show(value)}`);
    const map = new Map<unknown, unknown>();
    for (const key of Object.keys(value)) {
      this.#problems.enter(key);
      const parsed = parseMapKey(field.mapKey!, key);
      if (parsed === undefined) this.#problems.report(`the key is not a ${field.mapKey}`, "key");
      else if (map.has(parsed)) this.#problems.report("the same key as another one", "key");
      else if (isAbsent(field, value[key])) this.#problems.report("a map has no null");
      else map.set(parsed, this.#single(field, value[key], depth + 1));
      this.#problems.leave();
    }
    return map.size === 0 ? undefined : map;
  }

  #single(field: Field, value: unknown, depth: number): unknown {
    if (field.kind === "message") return this.message(field.message, value, depth + 1);
    const scalar = field.kind === "enum" ? enumFromJson(field, value) : scalarFromJson(field.kind, value);
    return "problem" in scalar ? this.#wrong(scalar.problem) : scalar.value;
  }

  /** An Any is the message inside, with its type; one whose JSON is not an object stands in `value`. */
  #any(object: JsonInput, depth: number): unknown {
    const url = object["@type"];
    if (url === undefined && Object.keys(object).length === 0) return { type_url: "", value: emptyBytes };
    if (typeof url !== "string")
      return this.#wrong('an Any needs its type, "@type": "type.googleapis.com/…"');
    const slash = url.lastIndexOf("/");
    const type = slash < 0 ? undefined : findMessageType(url.slice(slash + 1));
    if (type === undefined) {
      const names = listMessageNames();
      const hint = slash < 0 ? " (a type URL has a slash)" : suggest(url.slice(slash + 1), names);
      this.#problems.reportAt("@type", `unknown type ${show(url)}${hint}`);
      return undefined;
    }
    const before = this.#problems.count;
    const message = hasOwnJson(type)
      ? this.#valueOfAny(type, object, depth)
      : this.#fields(type, object, depth + 1, "@type");
    if (this.#problems.count > before) return undefined;
    return { type_url: url, value: encodeAs(type, message) };
  }

  #valueOfAny(type: MessageType, object: JsonInput, depth: number): unknown {
    for (const key of Object.keys(object)) {
      if (key !== "@type" && key !== "value") {
        this.#problems.reportAt(key, `unknown field: an Any of ${type.name} has only "value"`, "key");
      }
    }
    this.#problems.enter("value");
    const message = this.message(type, object["value"], depth + 1);
    this.#problems.leave();
    return message;
  }

  /** A copy of any JSON value, for Struct and its kin. */
  #json(value: unknown, depth: number): unknown {
    if (depth >= maxDepth) return this.#wrong(`nested more than ${maxDepth} deep`);
    if (value === null || typeof value === "boolean" || typeof value === "number") return value;
    if (typeof value === "bigint") return Number(value);
    if (typeof value === "string")
      return value.isWellFormed() ? value : this.#wrong("text with a lone surrogate");
    if (Array.isArray(value)) {
      return value.map((element, at) => this.#inside(at, element, depth));
    }
    if (!isObject(value)) return this.#wrong(`${typeof value} is not a JSON value`);
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) setOwn(copy, key, this.#inside(key, value[key], depth));
    return copy;
  }

  #inside(step: string | number, value: unknown, depth: number): unknown {
    this.#problems.enter(step);
    const copy = this.#json(value, depth + 1);
    this.#problems.leave();
    return copy;
  }

  #text<T>(value: unknown, parse: (text: string) => T | undefined, expected: string): T | undefined {
    const parsed = typeof value === "string" ? parse(value) : undefined;
    return parsed ?? (this.#wrong(`expected ${expected}, found ${show(value)}`) as undefined);
  }

  #wrong(message: string): undefined {
    this.#problems.report(message);
    return undefined;
  }
}

function isObject(value: unknown): value is JsonInput {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `null` is absent; only `google.protobuf.Value` has a null of its own. */
function isAbsent(field: Field, value: unknown): boolean {
  if (value === undefined) return true;
  return value === null && !(field.kind === "message" && field.message.form === "value");
}

/** Whether the JSON of a message is something else than an object of its fields. */
export function hasOwnJson(type: MessageType): boolean {
  if (type.form !== "plain") return true;
  switch (type.name) {
    case "google.protobuf.Any":
    case "google.protobuf.Duration":
    case "google.protobuf.Timestamp":
    case "google.protobuf.FieldMask":
      return true;
    default:
      return false;
  }
}
