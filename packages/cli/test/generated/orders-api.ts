// Made by `dualmesh generate hessian orders-api.jar --class com.example.Greeter --class com.example.Order`.
import {
  type JavaClass,
  type JavaEnum,
  type JavaType,
  java,
  type RegisteredClass,
} from "@dualmesh/codecs/hessian";

export interface Address {
  city: string | null;
  street: string | null;
  zip: number;
}

export const Address: JavaClass<Address> = java.class<Address>("com.example.Address", () => ({
  city: java.string,
  street: java.string,
  zip: java.int,
}));

export interface Customer {
  name: string | null;
  level: number;
  address: Address | null;
}

export const Customer: JavaClass<Customer> = java.class<Customer>("com.example.Customer", () => ({
  name: java.string,
  level: java.int,
  address: Address,
}));

export interface Item {
  sku: string | null;
  count: number;
  price: string | null;
}

export const Item: JavaClass<Item> = java.class<Item>("com.example.Item", () => ({
  sku: java.string,
  count: java.int,
  price: java.decimal,
}));

export interface Order {
  id: bigint;
  title: string | null;
  status: OrderStatus | null;
  customer: Customer | null;
  items: (Item | null)[] | null;
  tags: Map<string | null, unknown> | null;
  createdAt: Date | null;
  total: string | null;
  paid: boolean;
  weight: number;
  token: Uint8Array | null;
  marks: number[] | null;
}

export const Order: JavaClass<Order> = java.class<Order>("com.example.Order", () => ({
  id: java.long,
  title: java.string,
  paid: java.boolean,
  weight: java.double,
  status: OrderStatus,
  customer: Customer,
  items: java.list(Item),
  tags: java.map(java.string, java.any),
  createdAt: java.date,
  total: java.decimal,
  token: java.bytes,
  marks: java.array(java.int),
}));

export type OrderStatus = "NEW" | "PAID" | "SHIPPED" | "CANCELLED";

export const OrderStatus: JavaEnum<OrderStatus> = java.enum("com.example.OrderStatus", [
  "NEW",
  "PAID",
  "SHIPPED",
  "CANCELLED",
]);

/** For `createHessian({ classes })`. */
export const classes: readonly RegisteredClass[] = [Address, Customer, Item, Order, OrderStatus];

// Exceptions are errors here, of the class JavaError; what their classes declare is in its `fields`:
//   com.example.GreeterException { code: number }

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

/** com.example.Greeter */
export interface Greeter {
  echo(order: Order | null): Promise<Order | null>;
  fail(reason: string | null): Promise<string | null>;
  greet(name: string | null): Promise<string | null>;
  slow(ms: bigint): Promise<bigint>;
}

export const Greeter: JavaService<Greeter> = {
  service: "com.example.Greeter",
  methods: {
    echo: { args: [Order], names: ["order"], returns: Order },
    fail: { args: [java.string], names: ["reason"], returns: java.string },
    greet: { args: [java.string], names: ["name"], returns: java.string },
    slow: { args: [java.long], names: ["ms"], returns: java.long },
  },
};
