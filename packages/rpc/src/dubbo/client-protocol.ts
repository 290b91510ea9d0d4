import {
  codeOfDubboStatus,
  createDubboContent,
  DUBBO_STATUS,
  type DubboContent,
  type DubboFrame,
  dubbo,
  writeDubboFrame,
} from "@dualmesh/codecs/dubbo";
import type { DecodeLimits, Frame } from "@dualmesh/codecs/frame";
import {
  acceptAs,
  descriptorOf,
  descriptorOfName,
  type RegisteredClass,
  toJavaError,
} from "@dualmesh/codecs/hessian";
import {
  type ClientProtocol,
  headerPairs,
  type MethodBinding,
  type MethodParts,
  type ServiceName,
} from "../call-binding.ts";
import { remoteFailure } from "../remote-failure.ts";
import { bodyOf } from "./frame-body.ts";

export interface DubboProtocolOptions {
  /** The name of the application that calls, which servers log. Default: none. */
  readonly application?: string;
  /** Classes that values of type `any` may be of, besides those that methods name. */
  readonly classes?: readonly RegisteredClass[];
  /** `number`: longs of type `any` that a number holds exactly are one. Default `bigint`. */
  readonly longs?: "bigint" | "number";
  /** Whether values of type `any` keep what JavaScript would lose: `JavaDouble`, `JavaList`, `JavaMap`. Default `false`. */
  readonly exact?: boolean;
  /** The library whose bytes are written; all versions read both. Default `dubbo-3`. */
  readonly profile?: "dubbo-2" | "dubbo-3";
}

/** Dubbo's calls, in Hessian's dialect 4. */
export function dubboProtocol(
  options: DubboProtocolOptions,
  limits: Partial<DecodeLimits> = {},
): ClientProtocol {
  const { longs = "bigint", exact = false, profile = "dubbo-3" } = options;
  return {
    codec: dubbo,
    service(name, classes) {
      const all = [...new Set([...(options.classes ?? []), ...classes])];
      const content = createDubboContent({ classes: all, longs, exact, profile, limits });
      return (method) => new DubboMethod(name, method, content, options.application);
    },
  };
}

class DubboMethod implements MethodBinding {
  readonly label: string;
  readonly isOneWay: boolean;
  readonly valuesBefore = 5;
  readonly #name: ServiceName;
  readonly #method: MethodParts;
  readonly #content: DubboContent;
  readonly #descriptor: string;
  readonly #attachments: readonly (readonly [string, string])[];

  constructor(name: ServiceName, method: MethodParts, content: DubboContent, application?: string) {
    this.label = `${name.name}.${method.method}`;
    this.isOneWay = method.isOneWay;
    this.#name = name;
    this.#method = method;
    this.#content = content;
    this.#descriptor = (method.typeNames?.map(descriptorOfName) ?? method.args.map(descriptorOf)).join("");
    const pairs: readonly (readonly [string, string | undefined])[] = [
      ["path", name.name],
      ["interface", name.name],
      ["version", name.version],
      ["group", name.group],
      ["remote.application", application],
    ];
    this.#attachments = pairs.filter((pair): pair is [string, string] => pair[1] !== undefined);
  }

  write(args: readonly unknown[], timeoutMs: number, headers?: Parameters<MethodBinding["write"]>[2]): Frame {
    const attachments = new Map(this.#attachments);
    if (!this.isOneWay) attachments.set("timeout", String(timeoutMs));
    if (headers !== undefined) for (const [name, value] of headerPairs(headers)) attachments.set(name, value);
    const { name: service, version = null } = this.#name;
    const invocation = {
      service,
      version,
      method: this.#method.method,
      descriptor: this.#descriptor,
      arguments: args,
      attachments,
    };
    const body = this.#content.writeRequest(invocation, this.#method.args);
    return writeDubboFrame({ isRequest: true, isTwoWay: !this.isOneWay, id: 0, body });
  }

  read(response: Frame): unknown {
    const frame = response as DubboFrame;
    const { status } = frame;
    if (status !== DUBBO_STATUS.ok) {
      throw remoteFailure(
        this.label,
        codeOfDubboStatus(status),
        `status ${status}: ${firstLine(frame.message)}`,
      );
    }
    const { isException, value } = this.#content.readResponse(bodyOf(frame));
    if (isException) {
      throw toJavaError(value) ?? remoteFailure(this.label, "UNKNOWN", "it threw what is no Throwable");
    }
    const { returns } = this.#method;
    return returns === undefined ? undefined : acceptAs(value, returns as Parameters<typeof acceptAs>[1]);
  }
}

/** Servers write stack traces. */
function firstLine(text: string): string {
  return text.split("\n", 1)[0] || "the server says no more";
}
