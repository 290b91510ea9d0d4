import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { readFullYaml } from "../src/full-yaml.ts";
import { readPlainYaml } from "../src/plain-yaml.ts";
import { readYaml } from "../src/yaml.ts";

/** What the reader of all YAML makes of it, or that it is wrong. */
function full(text: string): unknown {
  try {
    const { value, problems } = readFullYaml(text, undefined);
    return problems.length === 0 ? value : "(wrong)";
  } catch {
    return "(wrong)";
  }
}

const agrees = (text: string): void => {
  const plain = readPlainYaml(text);
  if (plain !== undefined) expect(plain.value, JSON.stringify(text)).toEqual(full(text));
};

describe("plain YAML", () => {
  const CONFIG = `# A bootstrap.
node: {id: web-1, cluster: "web"}
static_resources:
  listeners:
  - name: outbound # calls of the application

    address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
    filter_chains:
      - filters:
          - name: 'it''s http'
            typed_config:
              "@type": type.googleapis.com/envoy.Thing
              domains: [orders, "orders:80", http://x/y, ]
              empty: {}
              nothing:
              list: []
  - - nested
    - -
    -
  clusters:
`;

  test("is configuration as it is mostly written", () => {
    expect(readPlainYaml(CONFIG)?.value).toEqual(full(CONFIG));
    expect(full(CONFIG)).toMatchObject({ static_resources: { clusters: null } });
  });

  test.each([
    ["0o17", 15],
    ["0x1f", 31],
    ["0x1G", "0x1G"],
    ["1_000", "1_000"],
    ["017", 17],
    ["-0", 0],
    ["+12", 12],
    ["9007199254740993", 9007199254740993n],
    ["-9007199254740993", -9007199254740993n],
    ["1.", 1],
    [".5", 0.5],
    ["1e3", 1000],
    ["-1E-2", -0.01],
    ["1e999", Number.POSITIVE_INFINITY],
    ["-.inf", Number.NEGATIVE_INFINITY],
    [".NaN", Number.NaN],
    ["1:30", "1:30"],
    ["2001-01-01", "2001-01-01"],
    ["1.2.3.4", "1.2.3.4"],
    ["yes", "yes"],
    ["on", "on"],
    ["True", true],
    ["FALSE", false],
    ["tRue", "tRue"],
    ["~", null],
    ["Null", null],
    ["nULL", "nULL"],
    ["-a", "-a"],
    ["a # b", "a"],
    ["a#b", "a#b"],
    ["a  b", "a  b"],
    ['"# x"', "# x"],
    ["''", ""],
    ["<<", "<<"],
    ["---", "---"],
    ["100%", "100%"],
    ["{a: [1, {b: x}]}", { a: [1, { b: "x" }] }],
    ["{}", {}],
    ["ü", "ü"],
  ])("takes %s for what it is in the core schema", (text, value) => {
    for (const place of [`a: ${text}\n`, `- ${text}`, `a:\n- b: ${text} \n`]) {
      const read = readPlainYaml(place)?.value;
      expect(read).toEqual(full(place));
      expect(JSON.stringify(read, wide)).toBe(JSON.stringify(full(place), wide));
    }
    expect(readPlainYaml(`a: ${text}`)?.value).toEqual({ a: value });
  });

  test("may name what every object has", () => {
    const read = readPlainYaml("__proto__: {constructor: 1}\ntoString: 2\n")?.value as object;
    expect(Object.keys(read)).toEqual(["__proto__", "toString"]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  test.each([
    ["an anchor and an alias", "a: &x 1\nb: *x\n"],
    ["a merge key", "<<: {a: 1}\nb: 2\n"],
    ["a tag", "a: !!str 1\n"],
    ["a block scalar", "a: |\n  b\n"],
    ["a folded one", "- >-\n  b\n"],
    ["a value over two lines", "a: b\n  c\n"],
    ["a quoted one", 'a: "b\n  c"\n'],
    ["a collection", "a: [b,\n  c]\n"],
    ["an escape", 'a: "\\x41"\n'],
    ["a key that is no text", "1: a\n"],
    ["a key that a schema takes for something else", "null: a\n"],
    ["a long key", "? a\n: b\n"],
    ["a key twice", "a: 1\na: 2\n"],
    ["a key twice in a flow map", "a: {b: 1, b: 2}\n"],
    ["a tab", "a:\tb\n"],
    ["a carriage return", "a: b\r\n"],
    ["a byte-order mark", "\ufeffa: b\n"],
    ["a directive", "%YAML 1.2\n---\na: b\n"],
    ["a document's start", "---\na: b\n"],
    ["two documents", "a: b\n---\nc: d\n"],
    ["a document's end", "a: b\n...\n"],
    ["nothing", "# only a comment\n"],
    ["a scalar", "a\n"],
    ["a colon too many", "a: b: c\n"],
    ["a bracket too few", "a: [b\n"],
    ["a line between two columns", "a:\n    b: 1\n  c: 2\n"],
    ["a list that goes on as a map", "- a\nb: c\n"],
    ["a map that goes on as a list", "a: b\n- c\n"],
    ["something behind a quote", "- 'a' b\n"],
    ["something behind a collection", "a: [b] c\n"],
    ["a single pair", "a: [b: c]\n"],
    ["maps in maps in maps …", Array.from({ length: 101 }, (_, i) => `${" ".repeat(i)}a:\n`).join("")],
    ["lists in lists in lists …", `a: ${"[".repeat(101)}${"]".repeat(101)}\n`],
  ])("is not %s: that is for the reader that knows all", (_, text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });

  test("with a problem still knows its places", () => {
    const source = readYaml(CONFIG, { file: "a.yaml" });
    expect(source.locate(["static_resources", "listeners", 0, "name"], "value")).toEqual({
      line: 5,
      column: 11,
    });
    expect(source.locate(["node"], "key")).toEqual({ line: 2, column: 1 });
  });
});

/** JSON without loss. */
function wide(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

const word = fc.oneof(
  fc.constantFrom(
    "a",
    "key",
    "x-y",
    "a b",
    "1",
    "0o7",
    "null",
    "yes",
    "~",
    "1e3",
    "#",
    "a: b",
    "- a",
    "it's",
    "{",
    "",
  ),
  fc.string({ maxLength: 6 }),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    word,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(word, tie("any"), { maxKeys: 3 }),
  ),
})).any;
const style = fc.record({
  indent: fc.integer({ min: 1, max: 4 }),
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom("any" as const, "block" as const, "flow" as const),
  lineWidth: fc.constantFrom(0, 20, 80),
  singleQuote: fc.boolean(),
});

describe("both readers agree", () => {
  test("on whatever a writer makes of any value", () => {
    fc.assert(
      fc.property(value, style, (any, how) => agrees(stringify(any, how))),
      { numRuns: 1_000 },
    );
  });

  test("on texts that were changed in one place", () => {
    const change = fc.record({
      at: fc.nat(),
      drop: fc.nat(2),
      add: fc.constantFrom(
        "",
        " ",
        "  ",
        "\n",
        "- ",
        ": ",
        ":",
        "#",
        " #",
        "'",
        '"',
        "[",
        "]",
        "{",
        "}",
        ",",
        "a",
        "|",
        "?",
        "&a ",
      ),
    });
    fc.assert(
      fc.property(value, style, fc.array(change, { minLength: 1, maxLength: 3 }), (any, how, changes) => {
        let text = stringify(any, how);
        for (const { at, drop, add } of changes) {
          const from = at % (text.length + 1);
          text = text.slice(0, from) + add + text.slice(from + drop);
        }
        agrees(text);
      }),
      { numRuns: 3_000 },
    );
  });

  test("on tokens in any order", () => {
    const token = fc.constantFrom(
      ..."a|b|key|- |-|  |    |\n|\n|\n|\n  |\n    |\n- |\n  - |: |:|1|~|[|]|{|}|, |\"x\"|'y'|# c| #|a: |b: |{a: b}|[1, 2]".split(
        "|",
      ),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 14 }), (tokens) => agrees(tokens.join(""))),
      { numRuns: 5_000 },
    );
  });
});
