import { JavaList } from "./java-list.ts";
import { JavaObject } from "./java-object.ts";

/** Deeper chains of causes are cut. */
const MAX_CAUSES = 32;
/** As many as Java has by default. A stack may be one element that a million references repeat. */
const MAX_STACK = 1_024;

/** What stands in every `Throwable`, besides the fields of its class. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  "detailMessage",
  "cause",
  "stackTrace",
  "suppressedExceptions",
]);

/** An exception of a Java peer. Its `cause` is the cause that it had there. */
export class JavaError extends Error {
  /** `com.example.GreeterException` */
  readonly className: string;
  /** The fields of its class. */
  readonly fields: ReadonlyMap<string, unknown>;
  /** Where it was thrown: `com.example.GreeterImpl.fail(GreeterImpl.java:12)`, the innermost first. */
  readonly javaStack: readonly string[];

  constructor(
    className: string,
    message: string,
    options: ErrorOptions & {
      readonly fields?: ReadonlyMap<string, unknown>;
      readonly javaStack?: readonly string[];
    } = {},
  ) {
    super(message, options);
    this.name = className;
    this.className = className;
    this.fields = options.fields ?? new Map();
    this.javaStack = options.javaStack ?? [];
  }
}

/** The error for a `Throwable` that was read; `undefined` if the value is none. */
export function toJavaError(value: unknown): JavaError | undefined {
  return errorOf(value, new Set());
}

function errorOf(value: unknown, seen: Set<unknown>): JavaError | undefined {
  if (!isThrowable(value) || seen.has(value) || seen.size === MAX_CAUSES) return undefined;
  seen.add(value);
  const message = value.get("detailMessage");
  // A throwable without a cause is its own.
  const cause = errorOf(value.get("cause"), seen);
  return new JavaError(value.class, typeof message === "string" ? message : "", {
    fields: new Map([...value.entries()].filter(([name]) => !OWN_FIELDS.has(name))),
    javaStack: stackOf(value.get("stackTrace")),
    ...(cause === undefined ? {} : { cause }),
  });
}

function isThrowable(value: unknown): value is JavaObject {
  return (
    value instanceof JavaObject &&
    value.definition.fields.includes("detailMessage") &&
    value.definition.fields.includes("stackTrace")
  );
}

function stackOf(trace: unknown): string[] {
  const elements: unknown = trace instanceof JavaList ? trace.items : trace;
  if (!Array.isArray(elements)) return [];
  return elements.slice(0, MAX_STACK).flatMap((element: unknown) => {
    if (!(element instanceof JavaObject)) return [];
    const [file, line] = [element.get("fileName"), element.get("lineNumber")];
    const place = typeof file === "string" ? `${file}:${line}` : "Unknown Source";
    return [`${element.get("declaringClass")}.${element.get("methodName")}(${place})`];
  });
}

export interface ThrowableOptions {
  /** The fields of its class, in front of those of `Throwable`. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly cause?: JavaObject;
}

/** A `Throwable` for a Java peer, without a stack: what Node has for one says nothing there. */
export function throwable(
  className: string,
  message: string | null,
  options: ThrowableOptions = {},
): JavaObject {
  const fields = Object.entries(options.fields ?? {});
  const names = [
    ...fields.map(([name]) => name),
    "detailMessage",
    "cause",
    "stackTrace",
    "suppressedExceptions",
  ];
  const object = new JavaObject(
    { name: className, fields: names },
    fields.map(([, value]) => value),
  );
  object.values.push(
    message,
    options.cause ?? object,
    new JavaList("[java.lang.StackTraceElement", []),
    new JavaList("java.util.Collections$EmptyList", []),
  );
  return object;
}
