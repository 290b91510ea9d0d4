import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { printed } from "./run-program.ts";

const NODE = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));
const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The program with lines on its standard input. */
async function piped(args: readonly string[], input: string): Promise<string[]> {
  const child = spawn(NODE, ["--conditions=@dualmesh/source", MAIN, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(input);
  return (await text(child.stdout)).trimEnd().split("\n");
}

const HEARTBEAT = "01010000010000000101ffffffff0000000000000000";

test("decode explains every byte", async () => {
  const { code, stdout } = await printed("wire", "decode", "--as", "hessian-4", "7a 90 0161");
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      "0000  7a                        #0 list of 2",
      "0001  90                          [0]: int 0",
      '0002  01 61                       [1]: string "a"',
      "",
    ].join("\n"),
  );
});

test("decode --json prints the portable notation, also of frames", async () => {
  const { stdout } = await printed("wire", "decode", "--as", "bolt", "--json", HEARTBEAT);
  expect(JSON.parse(stdout)).toMatchObject({
    frame: { proto: 1, type: 1, cmdCode: 0, requestId: 1, timeout: -1 },
  });
  const map = await printed("wire", "decode", "--as", "bolt-header-map", "--json", "0000000161ffffffff");
  expect(JSON.parse(map.stdout)).toEqual({ pairs: [["a", null]] });
});

describe("bytes that are not valid, or not complete", () => {
  test("are an error in JSON, with status 2", async () => {
    const { code, stdout } = await printed("wire", "decode", "--as", "hessian-3", "--json", "0261");
    expect(JSON.parse(stdout)).toEqual({
      error: { code: "DATA_LOSS", message: expect.stringContaining("2 units") },
    });
    expect(code).toBe(2);
  });

  test("are explained as far as they go, with status 2", async () => {
    const { code, stdout, stderr } = await printed("wire", "decode", "--as", "hessian-4", "7a9040");
    expect(stdout).toContain("[0]: int 0\n0002  40                        not understood\n");
    expect(stderr).toBe("dualmesh: hessian 4: no value begins with 0x40 (byte 2)\n");
    expect(code).toBe(2);
  });

  test("of a frame that was cut off the head is told", async () => {
    const bolt = await printed("wire", "decode", "--as", "bolt", `${HEARTBEAT.slice(0, -2)}0562`);
    expect(bolt.stdout).toContain("requestId 1\n");
    expect(bolt.stdout).toContain("content length 5\n");
    expect(bolt.stdout).toContain("62                        not understood\n");
    expect(bolt).toMatchObject({
      code: 2,
      stderr: "dualmesh: bolt frame: 23 bytes for a frame of 27 bytes\n",
    });
    const dubbo = await printed("wire", "decode", "--as", "dubbo", "dabbc20000000000000000070000000905");
    expect(dubbo.stdout).toContain("id 7\n");
    expect(dubbo).toMatchObject({ code: 2, stderr: expect.stringContaining("17 bytes for a frame of 25") });
  });

  test("a notation that lacks a field is told which", async () => {
    const { code, stderr } = await printed(
      "wire",
      "encode",
      "--as",
      "bolt",
      '{"frame":{"proto":1,"type":1}}',
    );
    expect(stderr).toBe("dualmesh: this is no notation of bolt: frame.cmdCode is missing\n");
    expect(code).toBe(2);
    const value = await printed("wire", "encode", "--as", "hessian-4", '{"t":"int","v":1}');
    expect(value.stderr).toBe('dualmesh: this is no notation of hessian-4: expected { "values": … }\n');
  });

  test("hex that is none is told as such", async () => {
    const { code, stderr } = await printed("wire", "decode", "--as", "hessian-4", "7x");
    expect(stderr).toBe('dualmesh: expected hexadecimal digits, got "x" at position 1\n');
    expect(code).toBe(2);
  });
});

test("decode - answers each line of hex with a line of JSON, whatever it is", async () => {
  const lines = await piped(["wire", "decode", "--as", "hessian-4", "--json", "-"], "54\n\n0261\nxy\n91\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { values: [{ t: "bool", v: true }] },
    { error: { code: "DATA_LOSS", message: expect.any(String) } },
    { error: { code: "DATA_LOSS", message: expect.any(String) } },
    { error: { code: "INVALID_ARGUMENT", message: expect.stringContaining("hexadecimal") } },
    { values: [{ t: "int", v: 1 }] },
  ]);
});

test("encode prints the bytes of what decode has printed", async () => {
  const { stdout } = await printed("wire", "decode", "--as", "bolt", "--json", HEARTBEAT);
  const { stdout: hex } = await printed("wire", "encode", "--as", "bolt", stdout);
  expect(hex).toBe(`${HEARTBEAT}\n`);
  const date = '{"values":[{"t":"date","v":"60000"}]}';
  expect((await printed("wire", "encode", "--as", "hessian-3", date)).stdout).toBe("64000000000000ea60\n");
  expect((await printed("wire", "encode", "--as", "hessian-4", date)).stdout).toBe("4b00000001\n");
  const list = '{"values":[{"t":"list","id":0,"type":null,"v":[]}]}\n';
  expect(await piped(["wire", "encode", "--as", "hessian-4", "-"], list)).toEqual(["78"]);
});

test.each([
  ["{", "expected JSON: "],
  ["5", "expected a JSON object"],
  ['{"pairs":[]}', 'this is no notation of hessian-4: expected { "values": … }'],
  ['{"values":[{"t":"ref","v":9}]}', "no value has the id 9"],
  ['{"values":[{"t":"x"}]}', "nobody knows a value of the kind"],
])("encode refuses %s", async (json, sentence) => {
  const { code, stderr } = await printed("wire", "encode", "--as", "hessian-4", json);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain("defect");
  expect(code).toBe(2);
});

test("diff says where two buffers differ, with status 1", async () => {
  const differs = await printed("wire", "diff", "--as", "hessian-4", "7a9054", "7a9154");
  expect(differs).toMatchObject({ code: 1, stdout: "values[0].v[0].v: 0 → 1\n" });
  expect(await printed("wire", "diff", "--as", "hessian-4", "4900000001", "91")).toMatchObject({
    code: 0,
    stdout: "",
  });
  const json = await printed("wire", "diff", "--as", "hessian-4", "--json", "7a9054", "799054");
  expect(JSON.parse(json.stdout)).not.toEqual([]);
  const bad = await printed("wire", "diff", "--as", "hessian-4", "40", "91");
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining("the first buffer: hessian 4:") });
});

test("a format that nobody knows is refused, with those that there are", async () => {
  const { code, stderr } = await printed("wire", "decode", "--as", "thrift", "00");
  expect(stderr).toContain("Allowed choices are hessian-3, hessian-4, bolt");
  expect(code).toBe(2);
});
