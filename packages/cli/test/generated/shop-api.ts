// Made by `dualmesh generate hessian shop-api.jar`.
import {
  type JavaClass,
  type JavaEnum,
  type JavaType,
  java,
  type RegisteredClass,
} from "@dualmesh/codecs/hessian";

export interface billing_Order {
  placed: shop_Order | null;
  total: unknown; // org.other.Money
}

export const billing_Order: JavaClass<billing_Order> = java.class<billing_Order>(
  "com.example.billing.Order",
  () => ({
    placed: shop_Order,
    total: java.any,
  }),
);

export interface Animal {
  name: string | null;
  kennel: Dog_Kennel | null;
}

export const Animal: JavaClass<Animal> = java.class<Animal>("com.example.shop.Animal", () => ({
  name: java.string,
  kennel: Dog_Kennel,
}));

export interface Dog extends Animal {
  name: string | null;
  tricks: number;
}

export const Dog: JavaClass<Dog> = java.class<Dog, Animal>(
  "com.example.shop.Dog",
  () => ({
    name: java.string,
    tricks: java.short,
  }),
  { extends: Animal },
);

export type Dog_Kennel = object;

export const Dog_Kennel: JavaClass<Dog_Kennel> = java.class<Dog_Kennel>(
  "com.example.shop.Dog$Kennel",
  () => ({}),
);

export type Dog_Plain = Dog;

export const Dog_Plain: JavaClass<Dog_Plain> = java.class<Dog_Plain, Dog>(
  "com.example.shop.Dog$Plain",
  () => ({}),
  { extends: Dog },
);

export interface Dog_Puppy {
  tricks: bigint;
  name: string | null;
  kennel: Dog_Kennel | null;
}

export const Dog_Puppy: JavaClass<Dog_Puppy> = java.class<Dog_Puppy>("com.example.shop.Dog$Puppy", () => ({
  tricks: java.long,
  name: java.string,
  kennel: Dog_Kennel,
}));

export interface JavaTypes {
  bool: boolean | null;
  oneByte: number | null;
  character: string | null;
  real: number | null;
  half: number | null;
  big: bigint | null;
  small: number | null;
  numbers: (number | null)[] | null;
  words: (string | null)[] | null;
  huge: bigint | null;
  date: Date | null;
  day: Date | null;
  time: Date | null;
  stamp: Date | null;
  uuid: string | null;
  locale: string | null;
  currency: string | null;
  type: string | null;
  counter: number | null;
  longCounter: bigint | null;
  instant: string | null;
  localDate: string | null;
  localDateTime: string | null;
  localTime: string | null;
  zoned: string | null;
  offsetDateTime: string | null;
  offsetTime: string | null;
  duration: string | null;
  period: string | null;
  year: string | null;
  yearMonth: string | null;
  monthDay: string | null;
  zone: string | null;
  offset: string | null;
  sorted: Set<string | null> | null;
  queue: (bigint | null)[] | null;
  numbersToo: unknown[] | null; // Iterable<Number>
  dates: Map<Status | null, (Date | null)[] | null> | null;
  deeply: Map<
    string | null,
    Map<string | null, Map<string | null, (Order_Line | null)[] | null> | null> | null
  > | null;
  number: unknown; // Number
  maybe: unknown; // Optional<String>
  text: unknown; // CharSequence
  timeZone: unknown; // TimeZone
  state: unknown; // Thread.State
  $dollar: number;
  _under: number;
  größe: number;
  function: number;
  in: number;
  constructor: number;
}

export const JavaTypes: JavaClass<JavaTypes> = java.class<JavaTypes>("com.example.shop.JavaTypes", () => ({
  bool: java.boxed(java.boolean),
  oneByte: java.boxed(java.byte),
  character: java.boxed(java.char),
  real: java.boxed(java.double),
  half: java.boxed(java.float),
  big: java.boxed(java.long),
  small: java.boxed(java.short),
  type: java.classOf,
  numbersToo: java.list(java.any),
  number: java.any,
  text: java.any,
  state: java.any,
  $dollar: java.int,
  _under: java.int,
  größe: java.int,
  function: java.int,
  in: java.int,
  constructor: java.int,
  numbers: java.array(java.boxed(java.int)),
  words: java.array(java.string),
  huge: java.bigInteger,
  date: java.date,
  day: java.sqlDate,
  time: java.sqlTime,
  stamp: java.sqlTimestamp,
  uuid: java.uuid,
  locale: java.locale,
  currency: java.currency,
  counter: java.atomicInteger,
  longCounter: java.atomicLong,
  instant: java.instant,
  localDate: java.localDate,
  localDateTime: java.localDateTime,
  localTime: java.localTime,
  zoned: java.zonedDateTime,
  offsetDateTime: java.offsetDateTime,
  offsetTime: java.offsetTime,
  duration: java.duration,
  period: java.period,
  year: java.year,
  yearMonth: java.yearMonth,
  monthDay: java.monthDay,
  zone: java.zoneId,
  offset: java.zoneOffset,
  sorted: java.set(java.string),
  queue: java.list(java.boxed(java.long)),
  dates: java.map(Status, java.array(java.date)),
  deeply: java.map<
    string | null,
    Map<string | null, Map<string | null, (Order_Line | null)[] | null> | null> | null
  >(
    java.string,
    java.map<string | null, Map<string | null, (Order_Line | null)[] | null> | null>(
      java.string,
      java.map(java.string, java.list(Order_Line)),
    ),
  ),
  maybe: java.any,
  timeZone: java.any,
}));

export interface JavaTypes_Map {
  let: boolean;
}

export const JavaTypes_Map: JavaClass<JavaTypes_Map> = java.class<JavaTypes_Map>(
  "com.example.shop.JavaTypes$Map",
  () => ({
    let: java.boolean,
  }),
);

export interface shop_Order {
  id: bigint;
  title: string | null;
  note: (string | null)[] | null;
  status: Status | null;
  lines: (Order_Line | null)[] | null;
  others: (Order_Line | null)[] | null;
  byShelf: Map<string | null, Map<number | null, (Order_Line | null)[] | null> | null> | null;
  shapes: Set<unknown> | null; // Set<com.example.shop.Shape>
  bin: unknown[] | null;
  anything: unknown[] | null;
  entry: unknown; // Map.Entry<String, Long>
  token: Uint8Array | null;
  tokens: (Uint8Array | null)[] | null;
  grid: (number[] | null)[] | null;
  tags: (Order_Line_Tag | null)[] | null;
  secret: string | null; // char[]
  parent: shop_Order | null;
  payload: unknown;
  shape: unknown; // com.example.shop.Shape
  animal: Animal | null;
  total: string | null;
  a: boolean;
  b: boolean;
  job: unknown; // Runnable
  children: unknown; // com.example.shop.Orders
  quote: string;
  brace: string;
}

export const shop_Order: JavaClass<shop_Order> = java.class<shop_Order>("com.example.shop.Order", () => ({
  id: java.long,
  title: java.string,
  a: java.boolean,
  b: java.boolean,
  job: java.any,
  quote: java.char,
  brace: java.char,
  note: java.array(java.string),
  status: Status,
  lines: java.list(Order_Line),
  others: java.list(Order_Line),
  byShelf: java.map<string | null, Map<number | null, (Order_Line | null)[] | null> | null>(
    java.string,
    java.map(java.boxed(java.int), java.list(Order_Line)),
  ),
  shapes: java.set(java.any),
  bin: java.list(java.any),
  anything: java.list(java.any),
  entry: java.any,
  token: java.bytes,
  tokens: java.array(java.bytes),
  grid: java.array(java.array(java.int)),
  tags: java.array(Order_Line_Tag),
  secret: java.string,
  parent: shop_Order,
  payload: java.any,
  shape: java.any,
  animal: Animal,
  total: java.decimal,
  children: java.any,
}));

export interface Order_Line {
  sku: string | null;
  count: number | null;
}

export const Order_Line: JavaClass<Order_Line> = java.class<Order_Line>(
  "com.example.shop.Order$Line",
  () => ({
    sku: java.string,
    count: java.boxed(java.int),
  }),
);

export interface Order_Line_Tag {
  name: string | null;
  line: Order_Line | null;
}

export const Order_Line_Tag: JavaClass<Order_Line_Tag> = java.class<Order_Line_Tag>(
  "com.example.shop.Order$Line$Tag",
  () => ({
    name: java.string,
    line: Order_Line,
  }),
);

export interface PageBase {
  first: unknown;
  total: number;
}

export const PageBase: JavaClass<PageBase> = java.class<PageBase>("com.example.shop.PageBase", () => ({
  total: java.int,
  first: java.any,
}));

export interface Page extends PageBase {
  items: unknown[] | null;
  newest: shop_Order | null;
  array: unknown[] | null;
}

export const Page: JavaClass<Page> = java.class<Page, PageBase>(
  "com.example.shop.Page",
  () => ({
    items: java.list(java.any),
    newest: shop_Order,
    array: java.array(java.any),
  }),
  { extends: PageBase },
);

export interface OrderPage extends Page {
  next: string | null;
}

export const OrderPage: JavaClass<OrderPage> = java.class<OrderPage, Page>(
  "com.example.shop.OrderPage",
  () => ({
    next: java.string,
  }),
  { extends: Page },
);

export interface Shape_Circle {
  radius: number;
  status: Status | null;
}

export const Shape_Circle: JavaClass<Shape_Circle> = java.class<Shape_Circle>(
  "com.example.shop.Shape$Circle",
  () => ({
    radius: java.double,
    status: Status,
  }),
);

export interface Shape_Square {
  side: number;
}

export const Shape_Square: JavaClass<Shape_Square> = java.class<Shape_Square>(
  "com.example.shop.Shape$Square",
  () => ({
    side: java.float,
  }),
);

export interface ShopException_Detail {
  field: string | null;
}

export const ShopException_Detail: JavaClass<ShopException_Detail> = java.class<ShopException_Detail>(
  "com.example.shop.ShopException$Detail",
  () => ({
    field: java.string,
  }),
);

export type Status = "NEW" | "PAID" | "SHIPPED";

export const Status: JavaEnum<Status> = java.enum("com.example.shop.Status", ["NEW", "PAID", "SHIPPED"]);

export type Weekday =
  | "MONDAY"
  | "TUESDAY"
  | "WEDNESDAY"
  | "THURSDAY"
  | "FRIDAY"
  | "SATURDAY"
  | "SUNDAY"
  | "NO_DAY_AT_ALL_BUT_A_LONG_NAME";

export const Weekday: JavaEnum<Weekday> = java.enum("com.example.shop.Weekday", [
  "MONDAY",
  "TUESDAY",
  "WEDNESDAY",
  "THURSDAY",
  "FRIDAY",
  "SATURDAY",
  "SUNDAY",
  "NO_DAY_AT_ALL_BUT_A_LONG_NAME",
]);

/** For `createHessian({ classes })`. */
export const classes: readonly RegisteredClass[] = [
  Animal,
  Dog,
  Dog_Kennel,
  Dog_Plain,
  Dog_Puppy,
  JavaTypes,
  JavaTypes_Map,
  OrderPage,
  Order_Line,
  Order_Line_Tag,
  Page,
  PageBase,
  Shape_Circle,
  Shape_Square,
  ShopException_Detail,
  Status,
  Weekday,
  billing_Order,
  shop_Order,
];

// Exceptions are errors here, of the class JavaError; what their classes declare is in its `fields`:
//   com.example.shop.ShopException { code: number; details: (ShopException_Detail | null)[] | null; inner: Throwable }
//   com.example.shop.ShopException$Empty {}

/** A Java interface as data: of each method the types and names of its arguments, and the type of its result. */
interface JavaService<T> {
  readonly service: string;
  readonly methods: { readonly [Key in keyof T]: JavaMethod<T[Key]> };
}

type JavaMethod<M> = M extends (...args: infer Args) => Promise<infer Result>
  ? {
      /** Its name in Java, where that is not its key: one of several methods of that name. */
      readonly javaName?: string;
      readonly args: { readonly [At in keyof Args]: JavaType<Args[At]> };
      readonly names: { readonly [At in keyof Args]: string };
      /** The types of its parameters in Java, where those of `args` have other names. */
      readonly types?: { readonly [At in keyof Args]: string };
      readonly returns: JavaType<Result>;
    }
  : never;

/** com.example.shop.Shop */
export interface Shop {
  aMethodWithSoLongANameThatItsParametersDoNotFit(
    first: string | null,
    second: shop_Order | null,
    third: (Weekday | null)[] | null,
    fourth: bigint,
  ): Promise<OrderPage | null>;
  fail(type: string | null): Promise<unknown>; // void fail(Class<Exception>)
  find(id: bigint | null): Promise<shop_Order | null>;
  find$1(status: Status | null, after: bigint): Promise<shop_Order | null>;
  find$2(id: bigint | null, tags: (string | null)[] | null): Promise<shop_Order | null>;
  findAll(keys: (bigint | null)[] | null): Promise<Map<bigint | null, shop_Order | null> | null>;
  greet(name: string | null, times: bigint): Promise<string | null>;
  page(days: Set<Weekday | null> | null, descending: boolean): Promise<Page | null>;
  price(order: shop_Order | null): Promise<unknown>; // org.other.Money price(com.example.shop.Order)
  render(order: shop_Order | null, format: string | null): Promise<(Uint8Array | null)[] | null>;
  save(value: shop_Order | null): Promise<unknown>; // void save(com.example.shop.Order)
  sort(
    orders: (shop_Order | null)[] | null,
    _in: number,
    _function: number,
  ): Promise<(shop_Order | null)[] | null>;
}

export const Shop: JavaService<Shop> = {
  service: "com.example.shop.Shop",
  methods: {
    aMethodWithSoLongANameThatItsParametersDoNotFit: {
      args: [java.string, shop_Order, java.list(Weekday), java.long],
      names: ["first", "second", "third", "fourth"],
      returns: OrderPage,
    },
    fail: { args: [java.classOf], names: ["type"], returns: java.any },
    find: { args: [java.boxed(java.long)], names: ["id"], returns: shop_Order },
    find$1: { javaName: "find", args: [Status, java.long], names: ["status", "after"], returns: shop_Order },
    find$2: {
      javaName: "find",
      args: [java.boxed(java.long), java.array(java.string)],
      names: ["id", "tags"],
      returns: shop_Order,
    },
    findAll: {
      args: [java.list(java.boxed(java.long))],
      names: ["keys"],
      types: ["java.util.Collection"],
      returns: java.map(java.boxed(java.long), shop_Order),
    },
    greet: { args: [java.string, java.long], names: ["name", "times"], returns: java.string },
    page: { args: [java.set(Weekday), java.boolean], names: ["days", "descending"], returns: Page },
    price: { args: [shop_Order], names: ["order"], returns: java.any },
    render: { args: [shop_Order, java.string], names: ["order", "format"], returns: java.array(java.bytes) },
    save: { args: [shop_Order], names: ["value"], types: ["java.lang.Object"], returns: java.any },
    sort: {
      args: [java.list(shop_Order), java.int, java.double],
      names: ["orders", "in", "function"],
      returns: java.list(shop_Order),
    },
  },
};
