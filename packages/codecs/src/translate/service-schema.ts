import type { AnyJavaType } from "../hessian/java-type.ts";

/**
 * What is known of a service of Java's: its methods, and the types of what goes in and comes out. Plain data.
 *
 * ```ts
 * import { java } from "@dualmesh/codecs/hessian";
 * import { protoOf, type ServiceSchema } from "@dualmesh/codecs/translate";
 *
 * const greeter: ServiceSchema = {
 *   service: "com.example.Greeter",
 *   version: "1.0",
 *   methods: {
 *     greet: { args: { name: java.string }, returns: java.string, http: { get: "/v1/greet/{name}" } },
 *   },
 * };
 * console.log(protoOf(greeter).includes("rpc greet (GreetRequest) returns (GreetResponse)")); // => true
 * ```
 * What `dualmesh generate hessian` writes of an interface is one: `{ ...api.Greeter, version: "1.0" }`.
 */
export interface ServiceSchema {
  /** The interface in Java. It is also the service of gRPC, and the first half of paths: `/com.example.Greeter/greet`. */
  readonly service: string;
  /** Of the service. Default `1.0` for Bolt, none for Dubbo and Triple. */
  readonly version?: string;
  /** Of Dubbo and Triple: the group. Of Bolt: the unique id behind the version. Default none. */
  readonly group?: string;
  readonly methods: Readonly<Record<string, MethodSchema>>;
}

export interface MethodSchema {
  /**
   * The parameters, in Java's order, by the names that they have in JSON and Protocol Buffers: Java does not send them. Also their
   * types alone, with `names` beside them, as `dualmesh generate hessian` writes them. Default: none.
   */
  readonly args?: Readonly<Record<string, AnyJavaType>> | readonly AnyJavaType[];
  /** Of `args` that are types alone. As many. Default: `arg0`, `arg1`, as Java has it of a class without them. */
  readonly names?: readonly string[];
  /**
   * The types of the parameters in Java, where they are declared by others: `java.util.Collection`, where `args` has a `java.list`. As
   * many as `args`. Default: the names of those.
   */
  readonly types?: readonly string[];
  /** Default: nothing, `void`. */
  readonly returns?: AnyJavaType;
  /** In Java. Default: the key; another one tells overloads apart, which gRPC does not have. */
  readonly javaName?: string;
  /** Paths of its own, beside `POST /<service>/<method>`. */
  readonly http?: HttpRule | readonly HttpRule[];
}

/**
 * A path for a method, as `google.api.http` has it; one of the verbs is given.
 *
 * @see google/api/http.proto
 */
export interface HttpRule {
  readonly get?: string;
  readonly put?: string;
  readonly post?: string;
  readonly delete?: string;
  readonly patch?: string;
  readonly custom?: { readonly kind: string; readonly path: string };
  /**
   * The argument that the body of a request is; `*`: the body is an object of all arguments that the path does not name. Default:
   * no body, and what the path does not name is in the query.
   */
  readonly body?: string;
  /** The field of what the method returns that the body of a response is. Default: all of it. */
  readonly response_body?: string;
  /** More of them, which have none themselves. */
  readonly additional_bindings?: readonly HttpRule[];
}
