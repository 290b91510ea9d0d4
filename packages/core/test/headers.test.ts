import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHeaders } from "../src/index.ts";

const COOKIES = ["Host", "orders.test", "Set-Cookie", "a=1", "x-user", "ann", "set-cookie", "b=2"];

describe("reading", () => {
  test("names are compared without regard to case, values are kept as they came", () => {
    const headers = createHeaders(COOKIES);
    expect(headers.get("HOST")).toBe("orders.test");
    expect(headers.get("set-cookie")).toBe("a=1");
    expect(headers.getAll("SET-COOKIE")).toEqual(["a=1", "b=2"]);
    expect(headers.has("X-User")).toBe(true);
  });

  test("a name that is absent has no value, not even one of Object's", () => {
    const headers = createHeaders(COOKIES);
    expect(headers.get("constructor")).toBeUndefined();
    expect(headers.get("__proto__")).toBeUndefined();
    expect(headers.getAll("x")).toEqual([]);
    expect(headers.has("")).toBe(false);
  });

  test("a value that looks like a name is not one", () => {
    expect(createHeaders(["via", "host", "host", "real"]).get("host")).toBe("real");
  });

  test("fields come in their order and spelling, repeated ones counted each", () => {
    const headers = createHeaders(COOKIES);
    expect(headers.size).toBe(4);
    expect([...headers]).toEqual([
      ["Host", "orders.test"],
      ["Set-Cookie", "a=1"],
      ["x-user", "ann"],
      ["set-cookie", "b=2"],
    ]);
  });
});

describe("writing", () => {
  test("set replaces all fields of a name by one, at the place of the first and in its spelling", () => {
    const headers = createHeaders(COOKIES);
    headers.set("set-cookie", "c=3");
    expect(headers.flat()).toEqual(["Host", "orders.test", "Set-Cookie", "c=3", "x-user", "ann"]);
  });

  test("set adds a field that is not there, append always does", () => {
    const headers = createHeaders();
    headers.set("x-a", "1");
    headers.append("x-a", "2");
    expect(headers.flat()).toEqual(["x-a", "1", "x-a", "2"]);
  });

  test("delete removes all fields of a name, and says whether there was one", () => {
    const headers = createHeaders(COOKIES);
    expect(headers.delete("SET-cookie")).toBe(true);
    expect(headers.delete("set-cookie")).toBe(false);
    expect(headers.flat()).toEqual(["Host", "orders.test", "x-user", "ann"]);
  });

  test("what nobody changed says so, and is the very list that came", () => {
    const came = Object.freeze([...COOKIES]);
    const headers = createHeaders(came);
    headers.get("host");
    headers.delete("absent");
    expect(headers.changed).toBe(false);
    expect(headers.flat()).toBe(came);
  });

  test("the list that came is never written to", () => {
    const came = [...COOKIES];
    const headers = createHeaders(came);
    headers.set("host", "elsewhere");
    headers.delete("set-cookie");
    expect(headers.changed).toBe(true);
    expect(came).toEqual(COOKIES);
  });

  test("a list of odd length is refused", () => {
    expect(() => createHeaders(["host"])).toThrow(
      new RangeError("headers: a flat list of names and values has an even length, got 1"),
    );
  });
});

test("any sequence of changes gives what a plain list of pairs gives", () => {
  const name = fc.constantFrom("a", "A", "b", "content-type", "Content-Type");
  const change = fc.record({ kind: fc.constantFrom("set", "append", "delete"), name, value: fc.string() });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), fc.array(change), (fields, changes) => {
      const headers = createHeaders(fields.flat());
      const model = fields.map(([n, v]) => [n, v]);
      for (const { kind, name: n, value } of changes) {
        const same = (field: readonly string[]): boolean => field[0]?.toLowerCase() === n.toLowerCase();
        const first = model.findIndex(same);
        if (kind === "append" || (kind === "set" && first < 0)) model.push([n, value]);
        else {
          const spelling = model[first]?.[0] as string;
          const kept = model.filter((field, i) => !same(field) || (kind === "set" && i === first));
          model.splice(0, model.length, ...kept);
          if (kind === "set") model[first] = [spelling, value];
        }
        if (kind === "set") headers.set(n, value);
        else if (kind === "append") headers.append(n, value);
        else headers.delete(n);
      }
      expect([...headers]).toEqual(model);
      expect(headers.size).toBe(model.length);
    }),
  );
});
