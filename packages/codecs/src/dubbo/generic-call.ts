import { throwable } from "../hessian/java-error.ts";
import { JavaList } from "../hessian/java-list.ts";
import type { JavaObject } from "../hessian/java-object.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DubboInvocation } from "./dubbo-content.ts";

/** What a client without a service's classes calls in place of its methods: those of Dubbo's `GenericService`. */
const METHOD = "$invoke";
const DESCRIPTOR = "Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;";

/** What a server without them throws. */
const EXCEPTION = "com.alibaba.dubbo.rpc.service.GenericException";

/** A call without types on the client's side: objects are maps, with the names of their classes under `class`. */
export interface GenericCall {
  readonly method: string;
  /** Java's names of the parameters' types. May be empty where the name and the number of arguments say enough. */
  readonly argumentTypes: readonly string[];
  readonly arguments: readonly unknown[];
}

/** The call of `GenericService.$invoke` that stands for another. */
export function genericInvocation(
  call: GenericCall,
  target: Omit<DubboInvocation, "method" | "descriptor" | "arguments">,
): DubboInvocation {
  return {
    ...target,
    method: METHOD,
    descriptor: DESCRIPTOR,
    arguments: [
      call.method,
      new JavaList("[string", [...call.argumentTypes]),
      new JavaList("[object", [...call.arguments]),
    ],
    attachments: new Map([...(target.attachments ?? []), ["generic", "true"]]),
  };
}

/**
 * The call that an invocation stands for; `undefined` for one that is no generic call.
 *
 * @throws {DecodeError} for one whose arguments are none, and for other ways to write objects than maps (`bean`, `nativejava`
 * …): what they hold is for Java alone.
 */
export function readGenericCall(invocation: DubboInvocation): GenericCall | undefined {
  if (invocation.method !== METHOD) return undefined;
  const kind = invocation.attachments?.get("generic") ?? "true";
  if (kind !== "true" && kind !== true)
    refuse(`objects are written as ${JSON.stringify(kind)}; expected "true"`);
  const [method, argumentTypes, args] = invocation.arguments;
  const types = argumentTypes === null ? [] : itemsOf(argumentTypes);
  const values = args === null ? [] : itemsOf(args);
  if (typeof method !== "string" || types === undefined || values === undefined) {
    return refuse("expected the name of a method, types and arguments");
  }
  return { method, argumentTypes: types.map(String), arguments: values };
}

/** What a generic client is thrown: by name and message, since it has not the class. */
export function genericException(thrown: JavaObject): JavaObject {
  const message = thrown.get("detailMessage");
  const text = typeof message === "string" ? message : null;
  const fields = { exceptionClass: thrown.class, exceptionMessage: text };
  return throwable(EXCEPTION, text, { fields });
}

function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (value instanceof JavaList) return value.items;
  return Array.isArray(value) ? value : undefined;
}

function refuse(what: string): never {
  throw new DecodeError("INVALID_ARGUMENT", `dubbo generic call: ${what}`, 0);
}
