import {
  decode,
  encode,
  fromJson,
  isMessageName,
  listMessageNames,
  parseJsonText,
  toJson,
} from "@dualmesh/envoy-api";
import { describe, expect, test } from "vitest";
import { findMessageType } from "../src/message-type.ts";
import { RandomMessages } from "./random-message.ts";
import { loadReference, ourForm } from "./reference.ts";

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const names = listMessageNames().filter(isMessageName);
const reference = loadReference();

/** Three messages of every type. */
function* messages() {
  const random = new RandomMessages(seed);
  for (const name of names) {
    for (let round = 0; round < 3; round++)
      yield { name, message: random.message(findMessageType(name)!, 0) };
  }
}

describe(`random messages of every type (SEED=${seed})`, () => {
  test("there are more than a thousand types", () => {
    expect(names.length).toBeGreaterThan(1000);
  });

  test("what we write, we read back the same, and write the same again", () => {
    for (const { name, message } of messages()) {
      const bytes = encode(name, message as never);
      const read = decode(name, bytes);
      expect(read, name).toEqual(message);
      expect(encode(name, read as never), name).toEqual(bytes);
    }
  });

  test("what we write, protobufjs reads as the same, and what it writes, we do", () => {
    for (const { name, message } of messages()) {
      const type = reference.lookupType(name);
      const theirs = type.decode(encode(name, message as never));
      expect(ourForm(type, theirs), name).toEqual(message);
      expect(decode(name, type.encode(theirs).finish()), name).toEqual(message);
    }
  });

  test("JSON values in either spelling, and JSON text, give the same message back", () => {
    for (const { name, message } of messages()) {
      const json = toJson(name, message as never);
      expect(fromJson(name, json), name).toEqual(message);
      expect(fromJson(name, toJson(name, message as never, { names: "json", defaults: true })), name).toEqual(
        message,
      );
      const text = JSON.stringify(json);
      expect(parseJsonText(name, text), name).toEqual(fromJson(name, JSON.parse(text)));
    }
  });
});
