import { describe, expect, test } from "vitest";
import { type Call, createCall, type Filter, type Service, stack } from "../src/index.ts";

/** Writes on the way in and on the way out, so that a result tells the order. */
function mark(name: string): Filter<string, string> {
  return (next) => async (request, call) => `${await next(`${request}>${name}`, call)}<${name}`;
}

const echo: Service<string, string> = (request) => Promise.resolve(`[${request}]`);

describe("a stack", () => {
  test("runs filters in the order of listing: the first is outermost", async () => {
    const send = stack<string, string>().use("a", mark("a")).use("b", mark("b")).to(echo);
    expect(await send("", createCall())).toBe("[>a>b]<b<a");
  });

  test("without filters is the service itself", () => {
    expect(stack<string, string>().to(echo)).toBe(echo);
  });

  test("prints its roles, outermost first", () => {
    const chain = stack<string, string>().use("deadline", mark("d")).use("retry", mark("r"));
    expect(String(chain)).toBe("deadline → retry");
    expect(chain.roles).toEqual(["deadline", "retry"]);
    expect(String(stack())).toBe("(empty)");
  });

  test("leaves out a filter whose options are absent: neither a role nor a cost", () => {
    const chain = stack<string, string>().use("retry", undefined).use("retry", mark("r"));
    expect(chain.roles).toEqual(["retry"]);
    expect(stack<string, string>().use("limit", undefined).to(echo)).toBe(echo);
  });

  test("refuses a role that is taken", () => {
    const chain = stack<string, string>().use("retry", mark("r"));
    expect(() => chain.use("retry", mark("again"))).toThrow(
      new RangeError('stack: the role "retry" is taken (retry)'),
    );
  });

  test("never changes: a prefix can be shared", () => {
    const prefix = stack<string, string>().use("a", mark("a"));
    const left = prefix.use("b", mark("b"));
    const right = prefix.use("c", mark("c"));
    expect([prefix, left, right].map(String)).toEqual(["a", "a → b", "a → c"]);
  });

  test("makes each filter once per stack, and passes every call through it", async () => {
    let made = 0;
    const counting: Filter<string, string> = (next) => {
      made++;
      return (request, call) => next(request, call);
    };
    const send = stack<string, string>().use("counting", counting).to(echo);
    await send("1", createCall());
    await send("2", createCall());
    expect(made).toBe(1);
  });

  test("hands every filter the same call", async () => {
    const seen: Call[] = [];
    const look: Filter<string, string> = (next) => (request, call) => {
      seen.push(call);
      return next(request, call);
    };
    const call = createCall();
    await stack<string, string>().use("a", look).use("b", look).to(echo)("", call);
    expect(seen).toEqual([call, call]);
  });

  test("lets a filter change the types on both sides", async () => {
    const json: Filter<object, number, string, string> = (next) => async (request, call) =>
      Number(await next(JSON.stringify(request), call));
    const send = stack<object, number>()
      .use("json", json)
      .to((text) => Promise.resolve(String(text.length)));
    expect(await send({ a: 1 }, createCall())).toBe(7);
  });

  test("lets a filter answer alone, or ask several times", async () => {
    let asked = 0;
    const twice: Filter<string, string> = (next) => async (request, call) => {
      await next(request, call);
      return next(request, call);
    };
    const cached: Filter<string, string> = (next) => (request, call) =>
      request === "known" ? Promise.resolve("from the cache") : next(request, call);
    const send = stack<string, string>()
      .use("cache", cached)
      .use("twice", twice)
      .to((request) => Promise.resolve(`${request} ${++asked}`));
    expect(await send("known", createCall())).toBe("from the cache");
    expect(await send("new", createCall())).toBe("new 2");
  });
});
