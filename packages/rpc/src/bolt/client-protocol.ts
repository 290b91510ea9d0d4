import {
  BOLT_COMMAND,
  BOLT_REFUSAL_HEADER,
  BOLT_SERIALIZER,
  BOLT_STATUS,
  BOLT_TYPE,
  type BoltFrame,
  boltCodec,
  codeOfBoltStatus,
  createSofaContent,
  SOFA_CLASS,
  type SofaContent,
  sofaCallHeaders,
  writeBoltFrame,
} from "@dualmesh/codecs/bolt";
import type { DecodeLimits, Frame } from "@dualmesh/codecs/frame";
import { acceptAs, type JavaError, type RegisteredClass, toJavaError } from "@dualmesh/codecs/hessian";
import {
  type ClientProtocol,
  headerPairs,
  type MethodBinding,
  type MethodParts,
  type ServiceName,
} from "../call-binding.ts";
import { remoteFailure } from "../remote-failure.ts";
import { uniqueName } from "./unique-name.ts";

export interface BoltProtocolOptions {
  /** Of the frames that are sent. Default 1, which all peers take. */
  readonly protocol?: 1 | 2;
  /** Whether they have a check sum, which only v2 has. Default `false`. */
  readonly checksum?: boolean;
  /** The name of the application that is called, for servers that look at it. Default: none. */
  readonly targetApp?: string;
  /** Classes that values of type `any` may be of, besides those that methods name. */
  readonly classes?: readonly RegisteredClass[];
  /** `number`: longs of type `any` that a number holds exactly are one. Default `bigint`. */
  readonly longs?: "bigint" | "number";
  /** Whether values of type `any` keep what JavaScript would lose: `JavaDouble`, `JavaList`, `JavaMap`. Default `false`. */
  readonly exact?: boolean;
}

/** SOFARPC's calls over Bolt, in Hessian's dialect 3. */
export function boltProtocol(
  options: BoltProtocolOptions,
  limits: Partial<DecodeLimits> = {},
): ClientProtocol {
  const { protocol = 1, checksum = false, longs = "bigint", exact = false } = options;
  return {
    codec: boltCodec({ protocol, checksum }),
    service(name, classes) {
      const all = [...new Set([...(options.classes ?? []), ...classes])];
      const content = createSofaContent({ classes: all, longs, exact, limits });
      return (method) => new SofaMethod(name, method, content, options);
    },
  };
}

class SofaMethod implements MethodBinding {
  readonly label: string;
  readonly isOneWay: boolean;
  readonly valuesBefore = 1;
  readonly #service: string;
  readonly #method: MethodParts;
  readonly #content: SofaContent;
  readonly #options: BoltProtocolOptions;
  readonly #typeNames: readonly string[];
  /** Those of most calls, which have none of their own. */
  readonly #headers: Buffer;

  constructor(name: ServiceName, method: MethodParts, content: SofaContent, options: BoltProtocolOptions) {
    this.label = `${name.name}.${method.method}`;
    this.isOneWay = method.isOneWay;
    this.#service = uniqueName(name);
    this.#method = method;
    this.#content = content;
    this.#options = options;
    this.#typeNames = method.typeNames ?? method.args.map(({ javaName }) => javaName);
    this.#headers = this.#headersWith();
  }

  write(args: readonly unknown[], timeoutMs: number, headers?: Parameters<MethodBinding["write"]>[2]): Frame {
    const { protocol = 1, checksum = false, targetApp } = this.#options;
    const { method } = this.#method;
    const invocation = { service: this.#service, method, argumentTypes: this.#typeNames, arguments: args };
    return writeBoltFrame({
      protocol,
      checksum,
      type: this.isOneWay ? BOLT_TYPE.oneway : BOLT_TYPE.request,
      command: BOLT_COMMAND.request,
      id: 0,
      timeoutMs: this.isOneWay ? -1 : timeoutMs,
      className: SOFA_CLASS.request,
      headers:
        headers === undefined
          ? this.#headers
          : this.#headersWith(new Map<string, string>(headerPairs(headers))),
      content: this.#content.writeRequest(
        targetApp === undefined ? invocation : { ...invocation, targetApp },
        this.#method.args,
      ),
    });
  }

  read(response: Frame): unknown {
    const frame = response as BoltFrame;
    if (frame.status !== BOLT_STATUS.success) throw this.#failure(frame);
    if (frame.serializer !== BOLT_SERIALIZER.hessian) {
      throw remoteFailure(
        this.label,
        "INTERNAL",
        `an answer in serialization ${frame.serializer}, which is not Hessian's 1`,
      );
    }
    const { errorMessage, value } = this.#content.readResponse(frame.body);
    if (typeof errorMessage === "string") throw remoteFailure(this.label, "UNKNOWN", errorMessage);
    const thrown = toJavaError(value);
    if (thrown !== undefined) throw thrown;
    const { returns } = this.#method;
    return returns === undefined ? undefined : acceptAs(value, returns as Parameters<typeof acceptAs>[1]);
  }

  #failure(frame: BoltFrame): Error {
    const code = codeOfBoltStatus(frame.status);
    const thrown = this.#thrownBy(frame);
    const name = Object.entries(BOLT_STATUS).find(([, status]) => status === frame.status)?.[0] ?? "unknown";
    const what = frame.header(BOLT_REFUSAL_HEADER) ?? thrown?.message ?? "the server says no more";
    return remoteFailure(this.label, code, `status ${frame.status} (${name}): ${what}`, thrown);
  }

  /** Java's servers put an exception of their own behind some statuses. */
  #thrownBy(frame: BoltFrame): JavaError | undefined {
    if (frame.body.length === 0) return undefined;
    try {
      return toJavaError(this.#content.hessian.decode(frame.body));
    } catch {
      // The status says enough.
      return undefined;
    }
  }

  #headersWith(headers?: ReadonlyMap<string, string>): Buffer {
    const { targetApp } = this.#options;
    return sofaCallHeaders({
      service: this.#service,
      method: this.#method.method,
      ...(targetApp !== undefined && { targetApp }),
      ...(headers !== undefined && { headers }),
    });
  }
}
