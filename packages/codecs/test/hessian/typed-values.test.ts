import { describe, expect, test } from "vitest";
import {
  createHessian,
  EncodeError,
  type HessianProfileName,
  JavaEnumConstant,
  JavaObject,
  JavaScalar,
  java,
  PROFILES,
  throwable,
  toJavaError,
  type ValueOf,
} from "../../src/hessian/index.ts";
import { bytesOf, goldenVectors, type HessianCase } from "../vectors/golden.ts";

const packs = goldenVectors<HessianCase>("hessian");

const FILES: Readonly<Record<string, HessianProfileName>> = {
  "hessian-3.x-alipay-sofa-hessian-3.5.5": "sofa-3",
  "hessian-4.x-alibaba-hessian-lite-3.2.13": "dubbo-2",
  "hessian-4.x-apache-dubbo-hessian-lite-4.0.4": "dubbo-3",
  "hessian-4.x-alipay-sofa-hessian-4.0.4": "sofa-4",
  "hessian-4.x-caucho-hessian-4.0.66": "caucho-4",
};

function golden(file: string, name: string): Buffer | undefined {
  const found = packs[file]?.cases.find((one) => one.name === name);
  return found === undefined || found.encodeFails !== undefined ? undefined : bytesOf(found);
}

const Address = java.class("com.example.Address", { city: java.string, street: java.string, zip: java.int });
const Customer = java.class("com.example.Customer", {
  address: Address,
  level: java.int,
  name: java.string,
});
const Item = java.class("com.example.Item", { count: java.int, price: java.decimal, sku: java.string });
const Status = java.enum("com.example.OrderStatus", ["NEW", "PAID", "SHIPPED", "CANCELLED"]);
const Order = java.class("com.example.Order", {
  createdAt: java.date,
  customer: Customer,
  id: java.long,
  items: java.list(Item),
  marks: java.array(java.int),
  paid: java.boolean,
  status: Status,
  tags: java.map(java.string, java.any),
  title: java.string,
  token: java.bytes,
  total: java.decimal,
  weight: java.double,
});
type Order = ValueOf<typeof Order>;

/** Values whose bytes every library must have written, where it could write them at all. */
const TYPED: readonly (readonly [name: string, type: { readonly name: string }, value: unknown])[] = [
  ["BigDecimal 100.06", java.decimal, "100.06"],
  ["BigDecimal 1E+10", java.decimal, "1E+10"],
  ["BigInteger 0", java.bigInteger, 0n],
  ["BigInteger -1", java.bigInteger, -1n],
  ["BigInteger 9223372036854775808", java.bigInteger, 9223372036854775808n],
  ["BigInteger -340282366920938463463374607431768211456", java.bigInteger, -(2n ** 128n)],
  ["AtomicInteger", java.atomicInteger, 5],
  ["AtomicLong", java.atomicLong, 5n],
  ["LocalDate", java.localDate, "2024-02-29"],
  ["LocalTime", java.localTime, "12:34:56.789000001"],
  ["LocalDateTime", java.localDateTime, "2024-02-29T12:34:56.789000001"],
  ["Instant", java.instant, "2024-02-29T12:34:56.789000001Z"],
  ["Instant before the epoch", java.instant, "1969-12-31T23:59:59.000000005Z"],
  ["Duration", java.duration, "PT3661.000000007S"],
  ["Period", java.period, "P1Y2M3D"],
  ["Year", java.year, "2024"],
  ["YearMonth", java.yearMonth, "2024-02"],
  ["MonthDay", java.monthDay, "--02-29"],
  ["ZoneOffset", java.zoneOffset, "+05:30"],
  ["ZoneId", java.zoneId, "Asia/Shanghai"],
  ["ZonedDateTime", java.zonedDateTime, "2024-02-29T12:34:56.789000001+08:00[Asia/Shanghai]"],
  ["OffsetDateTime", java.offsetDateTime, "2024-02-29T12:34:56.789000001-03:00"],
  ["OffsetTime", java.offsetTime, "12:34:56.789000001Z"],
  ["java.sql.Date", java.sqlDate, new Date(86_400_000)],
  ["java.sql.Time", java.sqlTime, new Date(3_600_000)],
  ["java.sql.Timestamp", java.sqlTimestamp, new Date(1_700_000_000_123)],
  ["UUID", java.uuid, undefined],
  ["UUID negative halves", java.uuid, "ffffffff-ffff-ffff-8000-000000000000"],
  ["Locale zh_CN", java.locale, "zh_CN"],
  ["Locale root", java.locale, ""],
  ["Class int", java.classOf, "int"],
  ["Currency", java.currency, "CNY"],
  ["enum", Status, undefined],
];

describe.each(Object.entries(FILES))("%s", (file, profile) => {
  const { dialect } = PROFILES[profile];
  const hessian = createHessian({ dialect, profile, classes: [Order, Status] });

  test.each(TYPED)("%s is the same value by type, and the same bytes", (name, type, value) => {
    const bytes = golden(file, name);
    // The one that a library cannot write has nothing to be compared with; Caucho's has no java.time.
    const known = bytes ?? hessian.encode(value, type as never);
    const read = hessian.decode(known, type as never);
    expect(read).toEqual(value ?? read);
    expect(hessian.encode(read, type as never).toString("hex")).toBe(known.toString("hex"));
  });

  test.each(TYPED)("%s is itself again, too, where no type says what it is", (name, type, value) => {
    const known = golden(file, name) ?? hessian.encode(value, type as never);
    const read = hessian.decode(known);
    expect([JavaScalar, JavaEnumConstant].some((kind) => read instanceof kind)).toBe(true);
    expect(hessian.encode(read).toString("hex")).toBe(known.toString("hex"));
  });

  test.each(["Order", "Order of nulls", "drawn Order #1", "drawn Order #2", "drawn Order #3"])(
    "an %s is a plain object, and the same bytes again",
    (name) => {
      const bytes = golden(file, name) ?? Buffer.alloc(0);
      const order = hessian.decode(bytes, Order);
      expect(order).not.toBeInstanceOf(JavaObject);
      expect(Object.keys(order ?? {}).sort()).toEqual(
        "createdAt customer id items marks paid status tags title token total weight".split(" "),
      );
      const again = hessian.decode(hessian.encode(order, Order), Order);
      expect(again).toEqual(order);
    },
  );
});

describe.each(["3", "4"] as const)("dialect %s", (dialect) => {
  const hessian = createHessian({ dialect, classes: [Order] });

  test("what is one object in Java is one object here, also a cycle", () => {
    interface Node {
      next: Node | null;
      label: string | null;
    }
    const Node: ReturnType<typeof java.class<Node>> = java.class<Node>("com.example.Node", () => ({
      next: Node,
      label: java.string,
    }));
    const codec = createHessian({ dialect, classes: [Node] });
    const first = Node.of({ next: null, label: "a" });
    first.next = Node.of({ next: first, label: "b" });
    const read = codec.decode(codec.encode(first, Node), Node);
    expect(read?.next?.label).toBe("b");
    expect(read?.next?.next).toBe(read);
  });

  test("a subclass is written as itself where its parent is due", () => {
    const Animal = java.class("com.example.Animal", { name: java.string });
    const Dog = java.class<{ name: string | null; tricks: number }>(
      "com.example.Dog",
      { name: java.string, tricks: java.int },
      { extends: Animal },
    );
    const codec = createHessian({ dialect, classes: [Animal, Dog] });
    const bytes = codec.encode([Dog.of({ name: "Rex", tricks: 3 })], java.list(Animal) as never);
    const [dog] = codec.decode(bytes, java.list(Animal)) ?? [];
    expect(dog).toEqual({ name: "Rex", tricks: 3 });
    expect(dog?.constructor.name).toBe("Dog");
  });

  test("fields of a newer peer are dropped, those of an older one have Java's defaults", () => {
    const Old = java.class("com.example.Thing", { a: java.int });
    const New = java.class("com.example.Thing", {
      b: java.string,
      a: java.int,
      c: java.long,
      d: java.boolean,
    });
    const [old, recent] = [Old, New].map((type) => createHessian({ dialect, classes: [type] }));
    const newer = recent?.encode({ a: 1, b: "x", c: 2n, d: true }, New as never) ?? Buffer.alloc(0);
    expect(old?.decode(newer)).toEqual({ a: 1 });
    const older = old?.encode({ a: 7 }, Old as never) ?? Buffer.alloc(0);
    expect(recent?.decode(older)).toEqual({ a: 7, b: null, c: 0n, d: false });
  });

  test("names of Object.prototype are names like others, and touch no prototype", () => {
    const evil = JavaObject.of("x.Evil", [
      ["__proto__", 1],
      ["constructor", 2],
      ["toString", 3],
    ]);
    const read = hessian.decode<JavaObject>(hessian.encode(evil));
    expect([...read.entries()]).toEqual([...evil.entries()]);
    expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
    const map = hessian.decode<Map<string, unknown>>(
      hessian.encode(new Map([["__proto__", { isAdmin: true }]])),
    );
    expect(map.get("__proto__")).toEqual(new Map([["isAdmin", true]]));
    expect(Object.getPrototypeOf(map)).toBe(Map.prototype);
    expect(() =>
      createHessian({ dialect, classes: [java.class("x.Y", { ["__proto__"]: java.int })] }),
    ).toThrow("a field cannot be named __proto__");
  });

  test("the definition of one peer never names the fields of another's", () => {
    const first = hessian.encode(JavaObject.of("x.User", [["name", "bob"]]));
    const second = hessian.encode(JavaObject.of("x.User", [["evil", "bob"]]));
    expect(hessian.decode<JavaObject>(first).get("name")).toBe("bob");
    expect(hessian.decode<JavaObject>(second).get("name")).toBeUndefined();
    expect(hessian.decode<JavaObject>(first).get("name")).toBe("bob");
  });

  test("longs are bigint, or numbers where they fit and somebody asked for it", () => {
    const numbers = createHessian({ dialect, longs: "number" });
    for (const long of [0n, 15n, -2048n, 1n << 40n, (1n << 53n) - 1n]) {
      const bytes = hessian.encode(long);
      expect(hessian.decode(bytes)).toBe(long);
      expect(numbers.decode(bytes)).toBe(Number(long));
    }
    for (const long of [1n << 53n, -(1n << 63n)]) expect(numbers.decode(hessian.encode(long))).toBe(long);
    expect(numbers.decode(numbers.encode(2 ** 40))).toBe(2 ** 40);
    expect(() => hessian.encode(1n << 63n)).toThrow("a long has 64 bits, got 9223372036854775808n");
  });

  test.each([
    [{ id: "1" }, "com.example.Order.id: expected long"],
    [{ items: [null, { count: 1.5 }] }, "com.example.Order.items[1].count: expected int, got 1.5"],
    [{ status: "LOST" }, "com.example.Order.status: expected one of NEW, PAID, SHIPPED, CANCELLED"],
    [{ total: 1.5 }, "com.example.Order.total: expected decimal number as text, got 1.5"],
    [{ tags: { x: () => 1 } }, 'com.example.Order.tags["x"]: a function is nothing that Java has'],
    [{ createdAt: new Date(Number.NaN) }, "com.example.Order.createdAt: an invalid Date"],
  ])("a value of the wrong type is refused with the path to it: %j", (fields, message) => {
    const order = { ...emptyOrder(), ...fields } as unknown as Order;
    expect(() => hessian.encode(order, Order)).toThrow(EncodeError);
    expect(() => hessian.encode(order, Order)).toThrow(message);
    expect(hessian.decode(hessian.encode(emptyOrder(), Order), Order)).toEqual(emptyOrder());
  });

  test("a value that was read and is of another type is refused with the name of the field", () => {
    const bytes = hessian.encode(JavaObject.of("com.example.Item", [["count", "three"]]));
    expect(() => hessian.decode(bytes)).toThrow('com.example.Item.count: expected int, got "three"');
  });

  test("an exception is an Error here, with its causes and where it was thrown", () => {
    const cause = throwable("java.io.IOException", "disk");
    const bytes = hessian.encode(
      throwable("com.example.GreeterException", "no", { fields: { code: 42 }, cause }),
    );
    const error = toJavaError(hessian.decode(bytes));
    expect(error).toMatchObject({ name: "com.example.GreeterException", message: "no", javaStack: [] });
    expect(error?.fields).toEqual(new Map([["code", 42]]));
    expect(error?.cause).toMatchObject({ className: "java.io.IOException", message: "disk" });
    expect(error?.cause).not.toHaveProperty("cause");
  });

  test("the exceptions of Java have their stacks", () => {
    const file =
      dialect === "3" ? "hessian-3.x-alipay-sofa-hessian-3.5.5" : "hessian-4.x-caucho-hessian-4.0.66";
    const error = toJavaError(hessian.decode(golden(file, "GreeterException with cause") ?? Buffer.alloc(0)));
    expect(error).toMatchObject({ className: "com.example.GreeterException", message: "outer" });
    expect(error?.javaStack[0]).toBe("com.example.GreeterImpl.step0(GreeterImpl.java:10)");
    expect(error?.cause).toMatchObject({ className: "java.io.IOException", message: "disk" });
  });

  test("arguments share one table of references", () => {
    const shared = Address.of({ city: "x", street: null, zip: 1 });
    const bytes = hessian.encodeAll([shared, shared], [Address, Address] as never);
    const [first, second] = createHessian({ dialect, classes: [Address] }).decodeAll(bytes);
    expect(second).toBe(first);
  });

  test("fifty thousand objects are written in time in proportion", () => {
    const many = Array.from({ length: 50_000 }, () => Address.of({ city: null, street: null, zip: 1 }));
    const bytes = hessian.encode(many, java.list(Address) as never);
    expect(bytes.length).toBeLessThan(50_000 * 6);
  });

  test("a value that is asked for while another is written does not disturb it", () => {
    const value = {
      before: 1,
      get inner() {
        return hessian.encode("inner").length;
      },
      after: 2,
    };
    expect(hessian.decode(hessian.encode(value))).toEqual(
      new Map([
        ["before", 1],
        ["inner", 6],
        ["after", 2],
      ]),
    );
  });

  test("what is deeper than any data is refused, and not with a stack overflow", () => {
    let chain: unknown[] = [];
    for (let i = 0; i < 5_000; i++) chain = [chain];
    expect(() => hessian.encode(chain)).toThrow("values stand over 1000 levels deep in each other");
  });
});

function emptyOrder(): Order {
  return {
    createdAt: null,
    customer: null,
    id: 0n,
    items: null,
    marks: null,
    paid: false,
    status: null,
    tags: null,
    title: null,
    token: null,
    total: null,
    weight: 0,
  };
}
