import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from "yaml";
import { safeInt64 } from "./int64.ts";
import { setOwn } from "./json-value.ts";
import type { Problem } from "./proto-error.ts";
import { type DocumentPath, formatPath, type LineMap, type Part, type Position } from "./source-document.ts";

/** Values a document may have, those that aliases repeat counted each time. */
const maxNodes = 1_000_000;
/** Values that may come from aliases: a few lines of aliases to aliases would otherwise make billions. */
const maxAliased = 100_000;
/** Maps and lists inside each other. */
const maxDepth = 200;

/** Turns the nodes of a YAML document into plain values, and finds nodes again. */
export class YamlValues {
  readonly problems: Problem[] = [];
  readonly #document: Document;
  readonly #lines: LineMap;
  readonly #file: string | undefined;
  readonly #path: (string | number)[] = [];
  readonly #anchors = new Map<string, Node>();
  readonly #targets = new Map<Node, Node>();
  /** Nodes that are being read: an alias to one of them would have no end. */
  readonly #open = new Set<Node>();
  #nodes = 0;
  #aliased = 0;
  #inAlias = 0;
  #full = false;

  constructor(document: Document, lines: LineMap, file: string | undefined) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
  }

  /** The plain value of the whole document. */
  root(): unknown {
    return this.#value(this.#document.contents);
  }

  /** Where the value at a path stands; the nearest that exists, if it does not. */
  locate(path: DocumentPath, part: Part): Position | undefined {
    let node: unknown = this.#document.contents;
    let found = node;
    for (const [index, step] of path.entries()) {
      node = this.#targets.get(node as Node) ?? node;
      const pair = isMap(node) ? node.items.find((item) => keyText(item.key) === step) : undefined;
      const isKey = part === "key" && index === path.length - 1;
      node =
        pair !== undefined
          ? isKey
            ? pair.key
            : pair.value
          : isSeq(node)
            ? node.items[step as number]
            : undefined;
      found = node ?? pair?.key ?? found;
    }
    const offset = (found as Node | null)?.range?.[0];
    return offset === undefined ? undefined : this.#lines.at(offset);
  }

  #value(node: unknown): unknown {
    if (this.#full || node === null || node === undefined) return null;
    const item = node as Node;
    if (++this.#nodes > maxNodes || (this.#inAlias > 0 && ++this.#aliased > maxAliased)) {
      this.#full = true;
      const what = this.#nodes > maxNodes ? `${maxNodes} values` : `${maxAliased} values from aliases`;
      return this.#report(item, `the document has more than ${what}`);
    }
    if (isAlias(item)) return this.#alias(item, item.source);
    if (isScalar(item)) {
      if (item.anchor !== undefined) this.#anchors.set(item.anchor, item);
      return this.#scalar(item);
    }
    if (!isMap(item) && !isSeq(item)) return this.#report(item, "no value that a message could have");
    if (item.anchor !== undefined) this.#anchors.set(item.anchor, item);
    if (this.#path.length >= maxDepth) return this.#report(item, `nested more than ${maxDepth} deep`);
    this.#open.add(item);
    const value = isMap(item) ? this.#map(item) : item.items.map((element, at) => this.#inside(at, element));
    this.#open.delete(item);
    return value;
  }

  #map(map: YAMLMap): unknown {
    const object: Record<string, unknown> = {};
    for (const { key, value } of map.items) {
      const text = keyText(key);
      if (text === undefined) {
        this.#report(key as Node, "a key must be text");
      } else if (Object.hasOwn(object, text)) {
        // Reported here, not by the parser, which compares each key with each.
        this.#path.push(text);
        this.#report(key as Node, "the key is given twice");
        this.#path.pop();
      } else {
        setOwn(object, text, this.#inside(text, value));
      }
    }
    return object;
  }

  #inside(step: string | number, node: unknown): unknown {
    this.#path.push(step);
    const value = this.#value(node);
    this.#path.pop();
    return value;
  }

  #alias(alias: Node, anchor: string): unknown {
    const target = this.#anchors.get(anchor);
    if (target === undefined) return this.#report(alias, `no anchor "${anchor}" before this alias`);
    if (this.#open.has(target)) return this.#report(alias, `alias "${anchor}" is inside of what it repeats`);
    this.#targets.set(alias, target);
    this.#inAlias++;
    const value = this.#value(target);
    this.#inAlias--;
    return value;
  }

  #scalar(scalar: Scalar): unknown {
    const value = scalar.value;
    if (typeof value === "bigint") return safeInt64(value);
    if (
      value === null ||
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "boolean"
    )
      return value;
    return this.#report(scalar, `tag ${scalar.tag ?? ""} is not supported`);
  }

  #report(node: Node | null | undefined, message: string): null {
    const file = this.#file === undefined ? {} : { file: this.#file };
    const position = node?.range ? this.#lines.at(node.range[0]) : {};
    if (this.problems.length < 100)
      this.problems.push({ path: formatPath(this.#path), message, ...file, ...position });
    return null;
  }
}

/** Keys are text; of a number or truth value as written (`0x10` stays that). Undefined for anything else. */
function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  const { value } = key;
  if (typeof value === "string") return value;
  if (typeof value !== "bigint" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  return key.source ?? String(value);
}
