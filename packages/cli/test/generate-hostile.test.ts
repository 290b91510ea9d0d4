import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readClassFile } from "../src/generate/class-file/read-class-file.ts";
import { readJar } from "../src/generate/jar.ts";
import { UserError } from "../src/user-error.ts";
import { makeClass } from "./generate/make-class.ts";
import { makeZip } from "./generate/make-zip.ts";
import { printed } from "./run-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const JAR = fileURLToPath(new URL("./generate/shop-api.jar", import.meta.url));

/** What the program says to a file with this content. */
async function refused(name: string, content: Buffer | string): Promise<string> {
  const folder = await temporaryFolder();
  const file = join(folder, name);
  await writeFile(file, content);
  const { code, stdout, stderr } = await printed("generate", "hessian", file);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr.replaceAll(`${folder}/`, "");
}

const A_CLASS = makeClass("com/example/A", {
  signature: "<T:Ljava/lang/Object;>Ljava/lang/Object;Ljava/io/Serializable;",
  fields: [["items", "Ljava/util/List;", "Ljava/util/List<TT;>;"]],
});

describe("a class file", () => {
  test("that is cut off anywhere is refused in a sentence", () => {
    expect(readClassFile(A_CLASS, "A.class")).toMatchObject({ name: "com.example.A", kind: "class" });
    for (let length = 0; length < A_CLASS.length; length++) {
      expect(() => readClassFile(A_CLASS.subarray(0, length), "A.class")).toThrow(UserError);
    }
  });

  test("with any other byte anywhere is read, or refused in a sentence", () => {
    let seed = 1;
    for (let at = 0; at < A_CLASS.length; at++) {
      const damaged = Buffer.from(A_CLASS);
      seed = (seed * 1_103_515_245 + 12_345) % 0x80000000;
      damaged[at] = seed >> 16;
      try {
        readClassFile(damaged, "A.class");
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as Error).message).toMatch(/^A\.class: /);
      }
    }
  });

  test.each<[string, Buffer | string, string]>([
    ["text", "class A {}", "A.class: this is no class file"],
    [
      "an unknown constant",
      Buffer.from("cafebabe000000410002630000", "hex"),
      "constant 1 has the unknown tag 99",
    ],
    [
      "a field of no type",
      makeClass("A", { fields: [["a", "Q"]], signature: "Ljava/lang/Object;Ljava/io/Serializable;" }),
      'A.class: the signature "Q" is malformed',
    ],
    ["a type that does not end", makeClass("A", { fields: [["a", "Ljava/util/List<"]] }), "is malformed"],
    [
      "types deep in each other",
      makeClass("A", { fields: [["a", `${"[".repeat(60_000)}I`]] }),
      "over 300 levels",
    ],
    [
      "one signature for very many fields",
      makeClass("A", {
        fields: Array.from({ length: 60 }, (_, at) => [`f${at}`, `L${"x".repeat(60_000)};`] as const),
      }),
      "characters in all",
    ],
  ])("with %s is refused", async (_, content, reason) => {
    const said = await refused("A.class", content);
    expect(said).toMatch(/^dualmesh: A\.class: [^\n]*\n$/);
    expect(said).toContain(reason);
  });

  test("may say that it extends itself, or is bound by itself, and ends all the same", async () => {
    const folder = await temporaryFolder();
    const serializable = "Ljava/io/Serializable;";
    const circle = (name: string, parent: string): Buffer =>
      makeClass(name, {
        parent,
        signature: `<T:TT;>L${parent};${serializable}`,
        fields: [["t", "Ljava/lang/Object;", "TT;"]],
      });
    await writeFile(join(folder, "A.class"), circle("A", "B"));
    await writeFile(join(folder, "B.class"), circle("B", "A"));
    await writeFile(join(folder, "C.class"), circle("C", "C"));
    const { code, stdout } = await printed("generate", "hessian", folder);
    expect(code).toBe(0);
    expect(stdout).toContain("export const classes: readonly RegisteredClass[] = [A, B, C];");
  });
});

describe("a jar", () => {
  test.each<[string, Buffer | string, string]>([
    ["that is none", "no jar", "it has no directory"],
    ["that is empty", "", "it has no directory"],
    ["of nothing", makeZip([]), "there is no interface, enum or serializable class"],
    [
      "that says it is small",
      makeZip([["A.class", Buffer.alloc(1 << 24)]], { claimedBytes: 100 }),
      "Cannot create a Buffer larger than 100 bytes",
    ],
    [
      "that says it is large",
      makeZip([["A.class", A_CLASS]], { claimedBytes: 0x7fffffff }),
      "A.class: its 2147483647 bytes are over the limit of 16777216",
    ],
    [
      "packed in another way",
      makeZip([["A.class", A_CLASS]], { method: 12 }),
      "it is compressed by method 12",
    ],
    [
      "of what is no class",
      makeZip([["A.class", Buffer.from("class A {}")]]),
      "hostile.jar!A.class: this is no",
    ],
  ])("%s is refused", async (_, content, reason) => {
    const said = await refused("hostile.jar", content);
    expect(said).toMatch(/^dualmesh: [^\n]*\n$/);
    expect(said).toContain(reason);
  });

  test("of much that is small each is refused before all of it is unpacked", () => {
    const jar = makeZip(Array.from({ length: 5 }, (_, at) => [`${at}.class`, A_CLASS] as const));
    const read = (left: number): unknown => readJar(jar, "a.jar", { withInnerJars: false, budget: { left } });
    expect(read(5 * A_CLASS.length)).toMatchObject({ innerJarCount: 0 });
    expect(() => read(4 * A_CLASS.length)).toThrow("a.jar: its classes are over 536870912 bytes in all");
  });

  test("cut off or damaged anywhere is refused in a sentence", async () => {
    const whole = makeZip([["A.class", A_CLASS]]);
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      for (const content of [whole.subarray(0, at), damaged]) {
        const folder = await temporaryFolder();
        await writeFile(join(folder, "a.jar"), content);
        const { code, stderr } = await printed("generate", "hessian", join(folder, "a.jar"), "--json");
        expect([0, 2]).toContain(code);
        expect(stderr).not.toContain("a defect");
      }
    }
  });

  test("with a script in front, as Spring Boot makes them, is read", async () => {
    const folder = await temporaryFolder();
    const inner = makeZip([["BOOT-INF/lib/shop-api.jar", await readFile(JAR)]], {
      script: "#!/bin/sh\nexit\n",
    });
    await writeFile(join(folder, "app.jar"), inner);
    const args = [join(folder, "app.jar"), "--class", "com.example.shop.Status"];
    const { code, stdout } = await printed("generate", "hessian", ...args);
    expect(code).toBe(0);
    expect(stdout).toContain('"com.example.shop.Status"');
    const { stderr } = await printed("generate", "hessian", JAR, join(folder, "app.jar"));
    expect(stderr).toContain("app.jar: the jar in it was not opened; with --class they are\n");
  });
});

test.each<[string, string, string]>([
  ["a text that does not end", 'class A { String a = "b; }', "A.java:1: a text that does not end"],
  ["a comment that does not end", "class A {\n /* ", "A.java:2: a comment that does not end"],
  ["a class that does not end", "class A {\n int a;\n", "A.java:3: expected a type, got the end of the file"],
  [
    "what is no declaration",
    "package a;\nint a;",
    'A.java:2: expected class, interface, enum or record, got "int"',
  ],
  [
    "types deep in each other",
    `class A { ${"A<".repeat(9_999)} a; }`,
    "expected types of at most 300 levels",
  ],
  ["classes deep in each other", "class A {".repeat(9_999), "expected at most 100 classes in each other"],
  ["brackets that do not match", `class A { int a = ${"(".repeat(99_999)}; }`, "the end of the file"],
])("a source with %s is refused", async (_, source, reason) => {
  const said = await refused("A.java", source);
  expect(said).toMatch(/^dualmesh: A\.java:\d+: [^\n]*\n$/);
  expect(said).toContain(reason);
});
