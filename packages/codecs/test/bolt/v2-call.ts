import {
  BOLT_COMMAND,
  BOLT_TYPE,
  type BoltFrame,
  sofaCallHeaders,
  writeBoltFrame,
} from "../../src/bolt/index.ts";

/** A call of SOFARPC in the second protocol, with two characters as its content. */
export const v2Call = (checksum: boolean, version: 1 | 2 = 2): BoltFrame =>
  writeBoltFrame({
    protocol: 2,
    version,
    checksum,
    type: BOLT_TYPE.request,
    command: BOLT_COMMAND.request,
    id: 1,
    timeoutMs: 3_000,
    className: "java.lang.String",
    headers: sofaCallHeaders({ service: "com.example.Greeter:1.0", method: "greet" }),
    content: Buffer.from("026869", "hex"),
  });
