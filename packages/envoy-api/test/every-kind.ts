import { emptyBytes, emptyList, emptyMap } from "../src/absent.ts";
import { EnumType } from "../src/enum-type.ts";
import type { TypeLookup } from "../src/field.ts";
import { MessageType } from "../src/message-type.ts";

/** A type with a field of every kind, half of which Envoy does not use. Numbers follow the order, from 1. */
export const everyKind: MessageType = makeType();

function makeType(): MessageType {
  const color = new EnumType("test.Color", "RED,GREEN,BLUE=5,AZURE=5,NEGATIVE=-1");
  const lookup: TypeLookup = { messageAt: () => type, enumAt: () => color };
  const text =
    "choice,other;d,f,i,I,u,U,s,S,x,X,y,Y,b,t,B,e0,m0,s*,t*,m0*,u?,t|0,u|0,m0|0,t|1,u|1,t>t,m0>u,e0>b,x>I,1000t,d*,b*";
  const type: MessageType = new MessageType("test.EveryKind", text, create, 0, lookup);
  return type;
}

function create(): Record<string, unknown> {
  return {
    a_double: 0,
    a_float: 0,
    an_int32: 0,
    an_int64: 0,
    a_uint32: 0,
    a_uint64: 0,
    a_sint32: 0,
    a_sint64: 0,
    a_fixed32: 0,
    a_fixed64: 0,
    a_sfixed32: 0,
    a_sfixed64: 0,
    a_bool: false,
    a_string: "",
    some_bytes: emptyBytes,
    an_enum: "RED",
    child: undefined,
    numbers: emptyList,
    texts: emptyList,
    children: emptyList,
    maybe: undefined,
    choice_text: undefined,
    choice_number: undefined,
    choice_child: undefined,
    other_text: undefined,
    other_number: undefined,
    by_text: emptyMap,
    by_number: emptyMap,
    by_bool: emptyMap,
    by_int64: emptyMap,
    far: "",
    doubles: emptyList,
    bools: emptyList,
  };
}

/** Bytes from hexadecimal digits; spaces are for the reader. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));
}
