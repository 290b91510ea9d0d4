import { BOLT_REFUSAL_HEADER } from "../bolt/codec.ts";
import { BOLT_COMMAND, BOLT_TYPE } from "../bolt/command.ts";
import type { BoltFrame } from "../bolt/frame.ts";
import { SOFA_CLASS, sofaCallHeaders } from "../bolt/sofa.ts";
import { createSofaContent } from "../bolt/sofa-content.ts";
import { BOLT_STATUS, codeOfBoltStatus } from "../bolt/status.ts";
import { writeBoltFrame } from "../bolt/write-frame.ts";
import { toJavaError } from "../hessian/java-error.ts";
import type { RegisteredClass } from "../hessian/java-type.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { type CallOutcome, firstLine } from "./call-outcome.ts";
import type { JavaTarget } from "./java-target.ts";
import type { ServiceSchema } from "./service-schema.ts";

/** SOFARPC tells what it has not by sentences alone, in English or Chinese by its version. */
const NOT_THERE = /not found|cannot find|can't find|no such|no service|未找到|找不到/i;

/** `interface:version[:uniqueId]` */
export function sofaServiceName({ service, version = "1.0", group }: ServiceSchema): string {
  return group === undefined ? `${service}:${version}` : `${service}:${version}:${group}`;
}

/** SOFARPC over Bolt v1. Frames have the id 0. */
export function boltTarget(
  classes: readonly RegisteredClass[],
  limits: DecodeLimits,
): JavaTarget<BoltFrame, BoltFrame> {
  const sofa = createSofaContent({ classes, limits });
  return {
    write({ method, args, timeoutMs, passed }) {
      const service = sofaServiceName(method.schema);
      const { javaName, argumentTypes, types } = method;
      const content = sofa.writeRequest({ service, method: javaName, argumentTypes, arguments: args }, types);
      return writeBoltFrame({
        type: BOLT_TYPE.request,
        command: BOLT_COMMAND.request,
        id: 0,
        timeoutMs,
        className: SOFA_CLASS.request,
        headers: sofaCallHeaders({ service, method: javaName, baggage: passed }),
        content,
      });
    },
    read(_method, answer) {
      if (answer.status !== BOLT_STATUS.success) return boltFailure(answer);
      const { errorMessage, value } = sofa.readResponse(answer.body);
      if (typeof errorMessage === "string") {
        const code = NOT_THERE.test(errorMessage) ? "UNIMPLEMENTED" : "INTERNAL";
        return { kind: "failure", code, message: firstLine(errorMessage) };
      }
      const error = toJavaError(value);
      return error === undefined ? { kind: "value", value } : { kind: "exception", error };
    },
  };
}

function boltFailure(answer: BoltFrame): CallOutcome {
  const code = codeOfBoltStatus(answer.status);
  const message =
    answer.header(BOLT_REFUSAL_HEADER) ?? `bolt: the server answered with status ${answer.status}`;
  return { kind: "failure", code, message };
}
