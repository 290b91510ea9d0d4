import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AnyJavaType, createHessian, JavaObject } from "@dualmesh/codecs/hessian";
import { describe, expect, test } from "vitest";
import { makeClass } from "./generate/make-class.ts";
import { makeZip } from "./generate/make-zip.ts";
import { Dog, Shop, shop_Order, classes as shopClasses } from "./generated/shop-api.ts";
import { printed } from "./run-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const ROOT = path("../../..");
const JAR = path("./generate/shop-api.jar");
const SOURCES = path("./generate/shop-api/src");
const PEERS = path("../../../test/interop/peers/java/model/src/main/java/com/example");

const afterFirstLine = (text: string): string => text.slice(text.indexOf("\n"));

async function generated(...args: readonly string[]): Promise<string> {
  const { code, stdout } = await printed("generate", "hessian", ...args);
  expect(code).toBe(0);
  return stdout;
}

/** The part of the peers' classes that their services need. */
const ORDERS = [PEERS, "--class", "com.example.Greeter", "--class", "com.example.Order"];

describe("one file of TypeScript", () => {
  test("has what a service needs, and no more", async () => {
    const there = await readFile(path("./generated/orders-api.ts"), "utf8");
    expect(afterFirstLine(await generated(...ORDERS))).toBe(afterFirstLine(there));
  });

  test("is the same from a jar, from its sources and from run to run", async () => {
    const fromJar = await generated(JAR);
    expect(afterFirstLine(fromJar)).toBe(
      afterFirstLine(await readFile(path("./generated/shop-api.ts"), "utf8")),
    );
    expect(afterFirstLine(await generated(SOURCES))).toBe(afterFirstLine(fromJar));
    expect(await generated(JAR)).toBe(fromJar);
  });

  test("is the same from sources, whatever their order", async () => {
    const names = ["Order", "Customer", "Address", "Item", "OrderStatus", "Greeter", "GreeterException"];
    const files = names.map((name) => `${PEERS}/${name}.java`);
    const there = await generated(...files);
    expect(afterFirstLine(await generated(...files.toReversed()))).toBe(afterFirstLine(there));
  });

  test("passes the compiler, where it wants every export to say its type", async () => {
    const folder = await temporaryFolder();
    const project = {
      extends: join(ROOT, "tsconfig.base.json"),
      compilerOptions: {
        composite: false,
        rootDir: ROOT,
        outDir: folder,
        tsBuildInfoFile: null,
        noEmit: true,
        customConditions: ["@dualmesh/source"],
        typeRoots: [join(ROOT, "node_modules/@types")],
      },
      include: [path("./generated/shop-api.ts"), path("./generated/orders-api.ts")],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(project));
    const tsc = join(ROOT, "node_modules/.bin/tsc");
    expect(() => execFileSync(tsc, ["-p", folder], { encoding: "utf8" })).not.toThrow();
  });

  test("is laid out as Biome does it, also where names are long", async () => {
    const folder = await temporaryFolder();
    let before = "Base";
    const declare = (name: string, declaration: string): Promise<void> =>
      writeFile(join(folder, `${name}.java`), `package com.example; public ${declaration}`);
    await declare("Base", "class Base implements java.io.Serializable { java.util.Map<String, Base[]> a; }");
    for (let length = 8; length <= 44; length += 3) {
      const name = "Name".repeat(11).slice(0, length);
      await declare(
        name,
        `class ${name} extends ${before} { java.util.Map<String, ${name}> field${length}; }`,
      );
      await declare(`A${name}`, `class A${name} implements java.io.Serializable { int a; ${name} b; }`);
      await declare(`E${name}`, `enum E${name} { ${name}, B }`);
      await declare(
        `I${name}`,
        `interface I${name} { java.util.List<${name}> call(${name} first, String b); }`,
      );
      before = name;
    }
    const texts = [readFileSync(path("./generated/shop-api.ts"), "utf8"), await generated(folder)];
    const biome = join(ROOT, "node_modules/.bin/biome");
    for (const input of texts) {
      const args = ["format", "--stdin-file-path=packages/cli/test/x.ts"];
      expect(execFileSync(biome, args, { cwd: ROOT, input, encoding: "utf8" })).toBe(input);
    }
  });
});

describe("the command", () => {
  test("says on stderr what the input lacks, and names who wants it", async () => {
    const { stderr } = await printed("generate", "hessian", JAR);
    expect(stderr).toContain("org.other.Money, which com.example.billing.Order names, is not in the input\n");
    expect(stderr).toContain(
      "com.example.billing.Order: the fields that it has of org.other.Audited are not known\n",
    );
    expect(stderr).toContain("give the jars that have these classes, too");
    const { stderr: whole } = await printed("generate", "hessian", JAR, path("./generate/shop-api/other"));
    expect(whole).not.toContain("org.other");
  });

  test("--class takes what it names, and whatever that is made of", async () => {
    const order = await generated(PEERS, "--class", "com.example.Order");
    expect([...order.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name)).toEqual([
      "Address",
      "Customer",
      "Item",
      "Order",
    ]);
    const inner = await generated(JAR, "--class", "com.example.shop.Order.Line.Tag");
    expect(inner).toContain(
      "export const classes: readonly RegisteredClass[] = [Order_Line, Order_Line_Tag];",
    );
    const billing = await generated(JAR, "--class", "com.example.billing.*");
    expect(billing).toContain('"com.example.billing.Order"');
    const { code, stderr } = await printed("generate", "hessian", JAR, "--class", "com.example.Nobody");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "dualmesh: --class com.example.Nobody: there is no such class\n",
    });
  });

  test("--out writes the file, and says what is in it", async () => {
    const out = join(await temporaryFolder(), "orders.ts");
    const { stdout } = await printed("generate", "hessian", ...ORDERS, "--out", out);
    expect(stdout).toBe(`${out}: 4 classes, 1 enum, 1 service, 1 exception\n`);
    expect(await readFile(out, "utf8")).toContain("export interface Greeter {");
    const nowhere = await printed("generate", "hessian", PEERS, "--out", join(out, "x.ts"));
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining("there is no such file") });
  });

  test("--json writes what was read", async () => {
    const { values, services } = JSON.parse(
      await generated(PEERS, "--json", "--class", "com.example.Greeter"),
    );
    expect(values[3]).toMatchObject({ name: "com.example.Order", kind: "class" });
    expect(values[3].fields[4]).toEqual({
      name: "items",
      type: {
        kind: "class",
        name: "java.util.List",
        args: [{ kind: "class", name: "com.example.Item", args: [] }],
      },
    });
    expect(services[0].methods[2]).toMatchObject({ key: "greet", name: "greet", throws: [] });
  });

  test("opens the jars in a jar where --class names what is wanted", async () => {
    const folder = await temporaryFolder();
    const boot = join(folder, "boot.jar");
    await writeFile(boot, makeZip([["BOOT-INF/lib/shop-api.jar", await readFile(JAR)]]));
    expect(await generated(boot, "--class", "com.example.shop.Weekday")).toContain("export type Weekday =");
    const { code, stderr } = await printed("generate", "hessian", boot);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("--class") });
  });

  test("names of parameters come from sources in front of a jar without them", async () => {
    const folder = await temporaryFolder();
    const compiled = join(folder, "Greeter.class");
    await writeFile(
      compiled,
      makeClass("com/example/Greeter", { methods: [["greet", "(Ljava/lang/String;J)V"]] }),
    );
    expect(await generated(compiled)).toContain(
      "greet(arg0: string | null, arg1: bigint): Promise<unknown>;",
    );
    expect(await generated(`${PEERS}/Greeter.java`, compiled)).toContain("greet(name: string | null)");
  });

  test("whatever a class file has for names ends as text", async () => {
    const evil = '"; process.exit(1); //\u2028 */';
    const file = join(await temporaryFolder(), "Evil.class");
    await writeFile(
      file,
      makeClass(`com/example/${evil}`, {
        methods: [
          [evil, `(Lorg/${evil.replaceAll(/[;/]/g, "")};)V`],
          ["new", "()V"],
          ["__proto__", "()V"],
        ],
      }),
    );
    const text = await generated(file);
    const escaped = JSON.stringify(evil).replace("\u2028", "\\u2028");
    expect(text).toContain(`service: "com.example.${escaped.slice(1).replaceAll("/", ".")}`);
    expect(text).toContain(`    ${escaped}: {\n      args: [java.any],\n      names: ["arg0"],\n`);
    expect(text).not.toContain("\u2028");
    expect(text).not.toContain("__proto__");
    expect(text).toContain('  "new"(): Promise<unknown>;');
  });
});

describe("what was written", () => {
  test("has subclasses where their parents are due, and services as data", () => {
    const hessian = createHessian({ dialect: "4", classes: shopClasses });
    const order = hessian.decode(hessian.encode(JavaObject.of("com.example.shop.Order", [])), shop_Order);
    const dog = Dog.of({ name: "Rex", tricks: 3, kennel: null });
    const sent = hessian.encode({ ...order, animal: dog } as shop_Order, shop_Order);
    expect(hessian.decode(sent, shop_Order)?.animal).toEqual(dog);
    const { find$1 } = Shop.methods;
    expect(Shop.service).toBe("com.example.shop.Shop");
    expect([find$1.javaName, find$1.args.length, find$1.names]).toEqual(["find", 2, ["status", "after"]]);
  });

  test("says of each method by which types a peer finds it, where its codecs have other names", async () => {
    const { services } = JSON.parse(await generated(JAR, "--json"));
    const written: Readonly<Record<string, { types?: readonly string[]; args: readonly AnyJavaType[] }>> =
      Shop.methods;
    for (const { key, types } of services[0].methods) {
      const method = written[key];
      expect([key, method?.types ?? method?.args.map(({ javaName }) => javaName)]).toEqual([key, types]);
    }
    expect(Shop.methods.save.types).toEqual(["java.lang.Object"]);
    expect(Shop.methods.find$2.types).toBeUndefined();
  });
});
