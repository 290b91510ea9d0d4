import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";
import type { AnyJavaType, RegisteredClass } from "@dualmesh/codecs/hessian";

/** Whom calls of a client are for. */
export interface ServiceName {
  readonly name: string;
  readonly version: string | undefined;
  readonly group: string | undefined;
}

/** A method of a service, as its calls are written and their answers read. Made once for each. */
export interface MethodBinding {
  /** For sentences: `com.example.Greeter.greet`. */
  readonly label: string;
  readonly isOneWay: boolean;
  /** How many values its protocol writes in front of the arguments: by so many, errors count too far. */
  readonly valuesBefore: number;
  /** @throws {EncodeError} for an argument that is not of its type. */
  write(args: readonly unknown[], timeoutMs: number, headers: HeaderInput | undefined): Frame;
  /**
   * What the method gave.
   *
   * @throws {JavaError} what it threw.
   * @throws {MeshError} what else became of it.
   */
  read(response: Frame): unknown;
}

/** Headers of one call, beside those of the protocol. */
export type HeaderInput = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

/** What binds a method. */
export interface MethodParts {
  readonly method: string;
  readonly args: readonly AnyJavaType[];
  /** Java's names of the types, where they are not those of `args`. */
  readonly typeNames?: readonly string[] | undefined;
  readonly returns: AnyJavaType | undefined;
  readonly isOneWay: boolean;
}

/** How clients of a protocol speak with Java. */
export interface ClientProtocol {
  readonly codec: FrameCodec;
  /** Binds the methods of one service. */
  service(name: ServiceName, classes: readonly RegisteredClass[]): (method: MethodParts) => MethodBinding;
}

/** Headers as pairs; most calls have none. */
export function headerPairs(headers: HeaderInput): Iterable<readonly [string, string]> {
  return headers instanceof Map ? headers : Object.entries(headers as Readonly<Record<string, string>>);
}
