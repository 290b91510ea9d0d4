import { checkKind, checkText, knownKeys } from "../config/check-config.ts";
import { findLabel } from "../request/baggage.ts";
import { findCookie } from "../request/cookie.ts";
import { fieldName, firstValue, type MatchableHead } from "../request/head-field.ts";
import { findQueryParameter } from "../request/query-parameter.ts";
import type { Reading } from "../request/reading.ts";
import type { RequestFacts } from "../request/request-facts.ts";

/** The text that a tree of matchers looks at. */
export type MatchInput =
  /** All values of a header, joined by commas; `:path` comes with its query. */
  | { readonly kind: "header"; readonly name: string }
  /** The first of that name, as it was written. */
  | { readonly kind: "query-parameter"; readonly name: string }
  | { readonly kind: "cookie"; readonly name: string }
  /** A label that travels with the call. */
  | { readonly kind: "label"; readonly name: string }
  /** A label of the workload that calls. */
  | { readonly kind: "source-label"; readonly name: string }
  /** Addresses without port, and ports: see `RequestFacts`. */
  | {
      readonly kind:
        | "remote-address"
        | "peer-address"
        | "peer-port"
        | "local-address"
        | "local-port"
        | "server-name";
    }
  | { readonly kind: "filter-state"; readonly key: string };

/** An input, compiled. */
export interface InputReader {
  /** `undefined`: there is none. */
  read(head: MatchableHead, facts: RequestFacts): string | undefined;
  readonly reads: Reading;
  /** In a few words. Stable. */
  toString(): string;
}

/**
 * Compiles an input.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a kind that is none.
 */
export function compileMatchInput(input: MatchInput): InputReader {
  checkKind("match input", input, KINDS);
  switch (input.kind) {
    case "header": {
      const name = fieldName(textOf("name", input.name));
      const reads: Reading = { kind: "header", name, detail: "whole" };
      return reader(`header ${name}`, reads, (head) => joinedValues(head, name));
    }
    case "query-parameter": {
      const name = textOf("name", input.name);
      return reader(`query parameter ${name}`, { kind: "query", name }, ({ path }) =>
        findQueryParameter(path, name),
      );
    }
    case "cookie": {
      const name = textOf("name", input.name);
      return reader(`cookie ${name}`, whole("cookie"), ({ headers }) =>
        findCookie(headers.getAll("cookie"), name),
      );
    }
    case "label": {
      const name = textOf("name", input.name);
      return reader(`label ${name}`, whole("baggage"), ({ headers }) =>
        findLabel(headers.getAll("baggage"), name),
      );
    }
    case "source-label": {
      const name = textOf("name", input.name);
      return reader(`source label ${name}`, FACTS, (_, { sourceLabels }) => sourceLabels?.get(name));
    }
    case "filter-state": {
      const key = textOf("key", input.key);
      return reader(`filter state ${key}`, FACTS, (_, facts) => facts.filterState?.(key));
    }
    default:
      return reader(input.kind.replace("-", " "), FACTS, (_, facts) => connectionText(input.kind, facts));
  }
}

function textOf(key: string, value: string): string {
  checkText("match input", key, value);
  return value;
}

const NAMED = knownKeys<MatchInput>("kind", "name");
const CONNECTION = knownKeys<MatchInput>("kind");

const KINDS: Readonly<Record<MatchInput["kind"], ReadonlySet<string>>> = {
  header: NAMED,
  "query-parameter": NAMED,
  cookie: NAMED,
  label: NAMED,
  "source-label": NAMED,
  "remote-address": CONNECTION,
  "peer-address": CONNECTION,
  "peer-port": CONNECTION,
  "local-address": CONNECTION,
  "local-port": CONNECTION,
  "server-name": CONNECTION,
  "filter-state": knownKeys<MatchInput>("kind", "key"),
};

const FACTS: Reading = { kind: "facts" };

function whole(name: string): Reading {
  return { kind: "header", name, detail: "whole" };
}

function reader(text: string, reads: Reading, read: InputReader["read"]): InputReader {
  return { read, reads, toString: () => text };
}

function joinedValues(head: MatchableHead, name: string): string | undefined {
  const first = firstValue(head, name);
  if (first === undefined || name.startsWith(":")) return first;
  const values = head.headers.getAll(name);
  return values.length === 1 ? first : values.join(",");
}

type ConnectionInput = Exclude<MatchInput, { readonly name: string } | { readonly key: string }>["kind"];

function connectionText(kind: ConnectionInput, facts: RequestFacts): string | undefined {
  switch (kind) {
    case "remote-address":
      return facts.remoteAddress;
    case "peer-address":
      return facts.peerAddress;
    case "peer-port":
      return facts.peerPort?.toString();
    case "local-address":
      return facts.localAddress;
    case "local-port":
      return facts.localPort?.toString();
    case "server-name":
      return facts.serverName;
    default:
      return kind satisfies never;
  }
}
