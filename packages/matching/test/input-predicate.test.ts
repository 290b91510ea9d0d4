import { describe, expect, test } from "vitest";
import {
  type InputPredicate,
  type MatchInput,
  NO_FACTS,
  type RequestFacts,
  type StringMatcher,
} from "../src/index.ts";
import { compileInputPredicate } from "../src/tree/input-predicate.ts";
import { compileMatchInput } from "../src/tree/match-input.ts";
import { headOf } from "./head-of.ts";

const header = (name: string): MatchInput => ({ kind: "header", name });
const is = (value: string, input = header("x-a")): InputPredicate => ({
  kind: "value",
  input,
  value: { kind: "exact", value },
});

const HEAD = headOf({
  method: "PUT",
  authority: "a.test:1",
  path: "/p?q=%31&q=2",
  headers: ["x-a", "1", "X-A", "2", "x-b", "", "cookie", "c=v", "baggage", "lane=gr%65en"],
});
const FACTS: RequestFacts = {
  remoteAddress: "10.0.0.1",
  peerAddress: "10.0.0.2",
  peerPort: 5_000,
  localAddress: "::1",
  localPort: 80,
  serverName: "s.test",
  sourceLabels: new Map([["app", "shop"]]),
  filterState: (key) => (key === "k" ? "state" : undefined),
};

describe("an input", () => {
  test.each<[MatchInput, string | undefined, string]>([
    [header("X-A"), "1,2", "header x-a"],
    [header("x-b"), "", "header x-b"],
    [header("x-c"), undefined, "header x-c"],
    [header(":path"), "/p?q=%31&q=2", "header :path"],
    [header(":method"), "PUT", "header :method"],
    [header("Host"), "a.test:1", "header :authority"],
    [{ kind: "query-parameter", name: "q" }, "%31", "query parameter q"],
    [{ kind: "query-parameter", name: "r" }, undefined, "query parameter r"],
    [{ kind: "cookie", name: "c" }, "v", "cookie c"],
    [{ kind: "label", name: "lane" }, "green", "label lane"],
    [{ kind: "source-label", name: "app" }, "shop", "source label app"],
    [{ kind: "source-label", name: "none" }, undefined, "source label none"],
    [{ kind: "remote-address" }, "10.0.0.1", "remote address"],
    [{ kind: "peer-address" }, "10.0.0.2", "peer address"],
    [{ kind: "peer-port" }, "5000", "peer port"],
    [{ kind: "local-address" }, "::1", "local address"],
    [{ kind: "local-port" }, "80", "local port"],
    [{ kind: "server-name" }, "s.test", "server name"],
    [{ kind: "filter-state", key: "k" }, "state", "filter state k"],
  ])("%j reads %j", (input, expected, text) => {
    const reader = compileMatchInput(input);
    expect(reader.read(HEAD, FACTS)).toBe(expected);
    expect(String(reader)).toBe(text);
  });

  test.each<MatchInput["kind"]>([
    "remote-address",
    "peer-address",
    "peer-port",
    "local-address",
    "local-port",
    "server-name",
  ])("%s is missing where nothing is known", (kind) => {
    const reader = compileMatchInput({ kind } as MatchInput);
    expect(reader.read(HEAD, NO_FACTS)).toBeUndefined();
    expect(reader.reads).toEqual({ kind: "facts" });
  });
});

describe("a predicate", () => {
  const address = (cidrs: string[]): InputPredicate => ({
    kind: "address",
    input: { kind: "remote-address" },
    cidrs,
  });
  const missing = is("1", header("x-c"));
  const ANYTHING: StringMatcher = { kind: "regex", pattern: ".*" };

  test.each<[InputPredicate, boolean, string]>([
    [is("1,2"), true, 'header x-a exact "1,2"'],
    [is("1"), false, 'header x-a exact "1"'],
    [is("", header("x-b")), true, 'header x-b exact ""'],
    [is("", header("x-c")), false, 'header x-c exact ""'],
    [{ kind: "value", input: header("x-c"), value: ANYTHING }, false, 'header x-c regex ".*"'],
    [address(["10.0.0.0/8"]), true, "remote address in 10.0.0.0/8"],
    [address(["11.0.0.0/8", "10.0.0.2"]), false, "remote address in 11.0.0.0/8, 10.0.0.2/32"],
    [
      { ...address(["::/0"]), input: header("x-a") } as InputPredicate,
      false,
      "header x-a in 0:0:0:0:0:0:0:0/0",
    ],
    [{ kind: "not", of: missing }, true, 'not header x-c exact "1"'],
    [{ kind: "not", of: is("1,2") }, false, 'not header x-a exact "1,2"'],
    [
      { kind: "all", of: [is("1,2"), { kind: "not", of: missing }] },
      true,
      '(header x-a exact "1,2" and not header x-c exact "1")',
    ],
    [{ kind: "all", of: [is("1,2"), missing] }, false, '(header x-a exact "1,2" and header x-c exact "1")'],
    [{ kind: "any", of: [missing, is("1,2")] }, true, '(header x-c exact "1" or header x-a exact "1,2")'],
    [{ kind: "any", of: [missing, is("1")] }, false, '(header x-c exact "1" or header x-a exact "1")'],
  ])("%j: %s", (config, expected, text) => {
    const predicate = compileInputPredicate(config);
    expect(predicate.matches(HEAD, FACTS)).toBe(expected);
    expect(String(predicate)).toBe(text);
  });

  test("reads what its parts read", () => {
    const { reads } = compileInputPredicate({
      kind: "any",
      of: [is("1"), { kind: "not", of: address(["::1"]) }],
    });
    expect(reads).toEqual([{ kind: "header", name: "x-a", detail: "whole" }, { kind: "facts" }]);
  });

  // As Envoy 1.40 answered, of the ConsistentHashing matcher with threshold 50, modulo 100 and seed 7.
  test("of a share takes the same texts each time", () => {
    const predicate = compileInputPredicate({
      kind: "hash",
      input: header("x-a"),
      modulo: 100,
      start: 50,
      end: 100,
      seed: { high: 0, low: 7 },
    });
    const users = Array.from({ length: 12 }, (_, i) => `user-${i}`);
    const taken = users.filter((user) => predicate.matches(headOf({ headers: ["x-a", user] }), NO_FACTS));
    expect(taken).toEqual(["user-2", "user-3", "user-4", "user-5", "user-6", "user-9"]);
    expect(predicate.matches(headOf(), NO_FACTS)).toBe(false);
    expect(String(predicate)).toBe("hash of header x-a modulo 100 in [50, 100)");
  });

  test("of shares that follow one another leaves each text in one of them", () => {
    const shares = Array.from({ length: 10 }, (_, start) =>
      compileInputPredicate({ kind: "hash", input: header("x-a"), modulo: 10, start, end: start + 1 }),
    );
    const heads = Array.from({ length: 100 }, (_, i) => headOf({ headers: ["x-a", `user-${i}`] }));
    const counts = heads.map((head) => shares.filter((share) => share.matches(head, NO_FACTS)).length);
    expect(new Set(counts)).toEqual(new Set([1]));
  });

  test("of the whole share takes every text, but not a missing one", () => {
    const all = compileInputPredicate({
      kind: "hash",
      input: header("x-a"),
      modulo: 100,
      start: 0,
      end: 100,
    });
    expect(all.matches(headOf({ headers: ["x-a", "1"] }), NO_FACTS)).toBe(true);
    expect(all.matches(headOf(), NO_FACTS)).toBe(false);
  });

  test("nests 32 levels deep, and no deeper, be it a circle", () => {
    const nested = (levels: number): InputPredicate =>
      levels === 1 ? is("x") : { kind: "not", of: nested(levels - 1) };
    expect(() => compileInputPredicate(nested(32))).not.toThrow();
    expect(() => compileInputPredicate(nested(33))).toThrow("predicate: it is over the limit of 32 levels");
    const circle = { kind: "not" } as { kind: "not"; of: InputPredicate };
    circle.of = circle;
    expect(() => compileInputPredicate(circle)).toThrow("over the limit of 32 levels");
  });

  test.each<[InputPredicate, string]>([
    [{ kind: "all", of: [missing] }, "all needs at least two predicates"],
    [{ kind: "any", of: [] }, "any needs at least two predicates"],
    [
      { kind: "hash", input: header("a"), modulo: 0, start: 0, end: 0 },
      "modulo must be an integer from 1 to 4294967295, got 0",
    ],
    [{ kind: "hash", input: header("a"), modulo: 1.5, start: 0, end: 0 }, "got 1.5"],
    [address(["10.0.0.0/33"]), 'address range "10.0.0.0/33"'],
    [
      { kind: "not", of: { ...is(""), value: { kind: "suffix", value: "" } } as InputPredicate },
      "suffix needs",
    ],
  ])("%j is refused", (config, reason) => {
    expect(() => compileInputPredicate(config)).toThrow(reason);
  });
});
