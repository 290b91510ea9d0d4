import { describe, expect, test } from "vitest";
import { compileFormat, type FormatContext, MeshError } from "../src/index.ts";

const COMMANDS = new Set([
  "REQ",
  "RESP",
  "TRAILER",
  "REQ_WITHOUT_QUERY",
  "DURATION",
  "START_TIME",
  "PROTOCOL",
]);

const VALUES: Readonly<Record<string, string>> = {
  "REQ x-user": "ann",
  "REQ :path": "/orders?id=7",
  "REQ_WITHOUT_QUERY :path": "/orders",
  "RESP x-served-by": "orders-1",
  "TRAILER grpc-status": "14",
  "START_TIME %Y-%m-%d": "2026-01-01",
  DURATION: "12",
};

const context: FormatContext = (command, argument) =>
  VALUES[argument === undefined ? command : `${command} ${argument}`];

function evaluate(text: string, absent?: string): string {
  return compileFormat(text, COMMANDS).evaluate(context, absent);
}

describe("a format string", () => {
  test.each([
    ["no command at all", "no command at all"],
    ["", ""],
    ["%REQ(x-user)%", "ann"],
    ["user=%REQ(x-user)% took %DURATION% ms", "user=ann took 12 ms"],
    ["%DURATION%%DURATION%", "1212"],
    ["%REQ(x-account?x-user)%", "ann"],
    ["%REQ(x-user?:path)%", "ann"],
    ["%REQ_WITHOUT_QUERY(x-original-path?:path)%", "/orders"],
    ["%RESP(x-none?x-served-by)%", "orders-1"],
    ["%TRAILER(grpc-status)%", "14"],
    ["%REQ(:path):7%", "/orders"],
    ["%REQ(:path):100%", "/orders?id=7"],
    ["%REQ(x-none?:path):3%", "/or"],
    ["%DURATION:1%", "1"],
    ["%START_TIME(%Y-%m-%d)%", "2026-01-01"],
    ["100%%", "100%"],
    ["%%REQ(x-user)%%", "%REQ(x-user)%"],
    ["%%%DURATION%%%", "%12%"],
  ])("%j gives %j", (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  test("gives nothing for a command without a value, or what the caller says", () => {
    expect(evaluate("[%REQ(x-none)%]")).toBe("[]");
    expect(evaluate("[%REQ(x-none?x-neither):1%]", "-")).toBe("[-]");
  });

  test("says which command it is, where it is nothing else, and whether that has a value", () => {
    const found = (text: string) => {
      const format = compileFormat(text, COMMANDS);
      return [format.command, format.find(context)];
    };
    expect(found("%DURATION%")).toEqual(["DURATION", "12"]);
    expect(found("%REQ(x-none?x-user):2%")).toEqual(["REQ", "an"]);
    expect(found("%REQ(x-none)%")).toEqual(["REQ", undefined]);
    expect(found("a%REQ(x-none)%")).toEqual([undefined, "a"]);
    expect(found("text")).toEqual([undefined, "text"]);
  });

  test.each(["%REQ%", "%REQ()%", "%RESP():3%"])("%s is refused: it does not say of what", (text) => {
    expect(() => compileFormat(text, COMMANDS)).toThrow("does not say of what");
  });

  test("tells an empty value from an absent one", () => {
    const format = compileFormat("[%REQ(a?b)%]", COMMANDS);
    expect(format.evaluate(() => "", "-")).toBe("[]");
  });

  test("prints as it was written, and says whether it is plain text", () => {
    const text = "%REQ(x-user):3% %%";
    expect(String(compileFormat(text, COMMANDS))).toBe(text);
    expect(compileFormat(text, COMMANDS).literal).toBe(false);
    expect(compileFormat("100%% plain", COMMANDS).literal).toBe(true);
    expect(compileFormat("", COMMANDS).literal).toBe(true);
  });

  test.each([
    ["%NOPE%", 'format "%NOPE%": unknown command %NOPE%'],
    ["%REQ(x-user)", 'format "%REQ(x-user)": nothing known begins at "%REQ(x-user)"'],
    ["50 % of", 'format "50 % of": nothing known begins at "% of"'],
    ["%", 'format "%": nothing known begins at "%"'],
    ["%req(x)%", 'format "%req(x)%": nothing known begins at "%req(x)%"'],
    ["%REQ(x):many%", 'format "%REQ(x):many%": nothing known begins at "%REQ(x):many%"'],
    ["%REQ(a?b?c)%", 'format "%REQ(a?b?c)%": more than one alternative in %REQ(a?b?c)%'],
  ])("%j is refused when it is compiled", (text, sentence) => {
    expect(() => compileFormat(text, COMMANDS)).toThrow(new MeshError("INVALID_ARGUMENT", sentence));
  });
});
