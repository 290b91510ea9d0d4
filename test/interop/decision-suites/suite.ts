import { readdirSync, readFileSync } from "node:fs";

/** What a proxy does with requests under one configuration. The format is told in README.md. */
export interface Suite {
  /** The name of its file, without its ending. */
  readonly suite: string;
  readonly about: string;
  /** The names of the echo servers that it needs. */
  readonly upstreams?: readonly string[];
  /** Envoy's bootstrap, with placeholders for ports. */
  readonly bootstrap: object;
  readonly defaults?: { readonly host?: string };
  readonly observe?: ObservedFields;
  readonly settle?: boolean | number;
  readonly cases: readonly Case[];
}

/** Names of fields, in lower case. */
export interface ObservedFields {
  readonly response?: readonly string[];
  readonly upstream?: readonly string[];
}

export interface Case {
  readonly name: string;
  readonly request: CaseRequest;
  readonly replies?: Replies;
  readonly observe?: ObservedFields & { readonly body?: boolean };
  readonly ignore?: readonly (keyof Observation)[];
  readonly settle?: boolean | number;
  readonly atLeastMs?: number;
  readonly atMostMs?: number;
  readonly expect: Observation;
}

export interface CaseRequest {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: FieldInput;
  /** As Latin-1. */
  readonly body?: string;
  /** The address that the client binds to. */
  readonly source?: string;
  /** All bytes of the connection, as Latin-1, in place of everything else. */
  readonly raw?: string;
}

/** Pairs, or values by name. */
export type FieldInput =
  | readonly (readonly [string, string])[]
  | Readonly<Record<string, string | readonly string[]>>;

/** For all upstreams, or for each by its name. */
export type Replies = readonly Reply[] | Readonly<Record<string, readonly Reply[]>>;

/** What an upstream answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly delayMs?: number;
  /** Closes the connection in place of an answer. */
  readonly reset?: boolean;
}

/** What came of a request, as far as a suite looks. */
export interface Observation {
  readonly status?: number;
  /** Of raw requests: of all answers on the connection. */
  readonly statuses?: readonly number[];
  /** Of raw requests: whether the proxy has closed the connection. */
  readonly closed?: boolean;
  readonly headers?: Fields;
  readonly body?: string;
  readonly upstream?: readonly Hit[];
}

/** A request as an upstream saw it. */
export interface Hit {
  readonly upstream: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Fields;
  readonly body?: string;
}

/** Text, or a list where the field was repeated, or a shape where the value differs from run to run. */
export type Fields = Readonly<Record<string, string | readonly string[] | Shape>>;

export interface Shape {
  /** A regular expression. */
  readonly shape: string;
  /** What it must not be: the client's value, which had to be replaced. */
  readonly not?: string;
}

const FOLDER = new URL("vectors/", import.meta.url);

/** All suites, by name. */
export function readSuites(): readonly Suite[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Suite);
}
