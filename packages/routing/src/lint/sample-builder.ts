import { createHeaders, type Headers } from "@dualmesh/core";
import {
  type FactMatcher,
  type InputPredicate,
  type LabelMatcher,
  type MatchableHead,
  type MatchInput,
  type RequestFacts,
  regexExample,
  type StringMatcher,
} from "@dualmesh/matching";

/** What is known in one word. */
type PlainFacts = {
  -readonly [Key in Exclude<
    keyof RequestFacts,
    "sourceLabels" | "metadata" | "filterState"
  >]?: RequestFacts[Key];
};

/** Puts a request together, with what would be known of it. */
export class SampleBuilder {
  method = "GET";
  scheme = "http";
  authority = "";
  path = "/";
  readonly #headers: Headers = createHeaders();
  readonly #query: string[] = [];
  readonly #cookies: string[] = [];
  readonly #labels: string[] = [];
  readonly #sourceLabels = new Map<string, string>();
  readonly #facts: PlainFacts = {};
  readonly #metadata = new Map<string, unknown>();
  readonly #filterState = new Map<string, string>();

  header(name: string, value: string): void {
    const lower = name.toLowerCase();
    if (lower === ":method") this.method = value;
    else if (lower === ":scheme") this.scheme = value;
    else if (!lower.startsWith(":") && lower !== "host") this.#headers.set(lower, value);
  }

  query(parameter: string): void {
    this.#query.push(parameter);
  }

  cookie(name: string, value: string): void {
    this.#cookies.push(`${name}=${value}`);
  }

  label({ name, value, invert = false }: LabelMatcher): void {
    if (!invert) this.#labels.push(`${name}=${sampleText(value)}`);
  }

  sourceLabel({ name, value, invert = false }: LabelMatcher): void {
    if (!invert) this.#sourceLabels.set(name, sampleText(value));
  }

  fact(matcher: FactMatcher): void {
    switch (matcher.kind) {
      case "client-certificate":
        this.#facts.clientCertificate = matcher.validated
          ? "validated"
          : matcher.presented
            ? "presented"
            : "none";
        break;
      case "filter-state":
        this.#filterState.set(matcher.key, sampleText(matcher.value));
        break;
      case "metadata":
        if (matcher.value.kind === "string" && !matcher.invert) {
          this.#metadata.set([matcher.filter, ...matcher.path].join("\0"), sampleText(matcher.value.value));
        }
        break;
      default:
        matcher satisfies never;
    }
  }

  /** Fulfils a predicate, as far as one can see how: of several choices the first. */
  where(predicate: InputPredicate): void {
    switch (predicate.kind) {
      case "value":
        this.input(predicate.input, sampleText(predicate.value));
        break;
      case "address":
        this.input(predicate.input, (predicate.cidrs[0] ?? "").replace(/\/.*/, ""));
        break;
      case "all":
        for (const one of predicate.of) this.where(one);
        break;
      case "any":
        if (predicate.of[0] !== undefined) this.where(predicate.of[0]);
        break;
      case "hash":
      case "not":
        break;
      default:
        predicate satisfies never;
    }
  }

  input(input: MatchInput, text: string): void {
    const exact = { kind: "exact", value: text } as const;
    switch (input.kind) {
      case "header":
        this.header(input.name, text);
        break;
      case "query-parameter":
        this.query(`${input.name}=${text}`);
        break;
      case "cookie":
        this.cookie(input.name, text);
        break;
      case "label":
        this.label({ name: input.name, value: exact });
        break;
      case "source-label":
        this.#sourceLabels.set(input.name, text);
        break;
      case "filter-state":
        this.#filterState.set(input.key, text);
        break;
      case "remote-address":
        this.#facts.remoteAddress = text;
        break;
      case "peer-address":
        this.#facts.peerAddress = text;
        break;
      case "peer-port":
        this.#facts.peerPort = Number(text);
        break;
      case "local-address":
        this.#facts.localAddress = text;
        break;
      case "local-port":
        this.#facts.localPort = Number(text);
        break;
      case "server-name":
        this.#facts.serverName = text;
        break;
      default:
        input satisfies never;
    }
  }

  /** The request, what would be known of it, and both as a text. */
  build(): { readonly head: MatchableHead; readonly facts: RequestFacts; readonly text: string } {
    if (this.#cookies.length > 0) this.#headers.set("cookie", this.#cookies.join("; "));
    if (this.#labels.length > 0) this.#headers.set("baggage", this.#labels.join(","));
    const path = this.#query.length === 0 ? this.path : `${this.path}?${this.#query.join("&")}`;
    const { method, scheme, authority } = this;
    const head = { method, scheme, authority, path, headers: this.#headers };
    const known = [
      ...[...this.#headers].map(([name, value]) => `${name}: ${value}`),
      ...Object.entries(this.#facts).map(([name, value]) => `${name} ${value}`),
      ...[...this.#sourceLabels].map(([name, value]) => `source label ${name}=${value}`),
      ...[...this.#metadata].map(([name, value]) => `metadata ${name.replaceAll("\0", ".")}=${value}`),
      ...[...this.#filterState].map(([name, value]) => `filter state ${name}=${value}`),
    ];
    const facts: RequestFacts = {
      ...this.#facts,
      sourceLabels: this.#sourceLabels,
      metadata: (filter, keys) => this.#metadata.get([filter, ...keys].join("\0")),
      filterState: (key) => this.#filterState.get(key),
    };
    const more = known.length === 0 ? "" : ` (${known.join(", ")})`;
    return { head, facts, text: `${method} ${authority}${path}${more}` };
  }
}

export function sampleText(matcher: StringMatcher): string {
  return matcher.kind === "regex" ? (regexExample(matcher.pattern) ?? "sample") : matcher.value;
}
