import { createDubboContent } from "../dubbo/dubbo-content.ts";
import type { DubboFrame } from "../dubbo/frame.ts";
import { DUBBO_HEAD_BYTES } from "../dubbo/head.ts";
import { codeOfDubboStatus, DUBBO_STATUS } from "../dubbo/status.ts";
import { writeDubboFrame } from "../dubbo/write-frame.ts";
import { toJavaError } from "../hessian/java-error.ts";
import type { RegisteredClass } from "../hessian/java-type.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { firstLine } from "./call-outcome.ts";
import type { JavaTarget } from "./java-target.ts";

/** What a provider says of a service that it does not have, with the status of any error. */
const NOT_THERE = /not found exported service|no such method|no such service/i;

/** All behind the head, attachments too. */
export function bodyOf(frame: DubboFrame): Buffer {
  return Buffer.concat(frame.bytes).subarray(DUBBO_HEAD_BYTES);
}

/** Dubbo 2, in Hessian. Frames have the id 0. */
export function dubboTarget(
  classes: readonly RegisteredClass[],
  limits: DecodeLimits,
): JavaTarget<DubboFrame, DubboFrame> {
  const content = createDubboContent({ classes, limits });
  return {
    write({ method, args, timeoutMs, passed }) {
      const { schema, service, javaName, descriptor, types } = method;
      const { version = null, group } = schema;
      const attachments = new Map<string, string>(passed);
      attachments.set("path", service).set("interface", service).set("timeout", String(timeoutMs));
      if (version !== null) attachments.set("version", version);
      if (group !== undefined) attachments.set("group", group);
      const body = content.writeRequest(
        { service, version, method: javaName, descriptor, arguments: args, attachments },
        types,
      );
      return writeDubboFrame({ isRequest: true, isTwoWay: true, id: 0, body });
    },
    read(_method, answer) {
      if (answer.status !== DUBBO_STATUS.ok) {
        const { message } = answer;
        const code = NOT_THERE.test(message) ? "UNIMPLEMENTED" : codeOfDubboStatus(answer.status);
        const sentence = firstLine(message) || `dubbo: the server answered with status ${answer.status}`;
        return { kind: "failure", code, message: sentence };
      }
      const { isException, value } = content.readResponse(bodyOf(answer));
      if (!isException) return { kind: "value", value };
      const error = toJavaError(value);
      return error === undefined
        ? { kind: "failure", code: "UNKNOWN", message: "dubbo: the method threw what is no Throwable" }
        : { kind: "exception", error };
    },
  };
}
