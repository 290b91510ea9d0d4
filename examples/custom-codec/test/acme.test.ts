import { createDetector } from "@dualmesh/codecs/detect";
import { decodeLimits, type Frame, FrameDecoder } from "@dualmesh/codecs/frame";
import { frameConformance } from "@dualmesh/codecs/frame/testing";
import { describe, expect, test } from "vitest";
import { acme, acmeFrame } from "../src/acme.ts";

const SAMPLES = [
  acmeFrame("request", 7, 1_000, ":service=orders&:method=get&trace=7", Buffer.from("order 12")),
  acmeFrame("oneway", 8, 0, ":service=orders&:method=log"),
  acmeFrame("response", 7, 0, "", Buffer.alloc(300, 1)),
  acmeFrame("heartbeat", 9, 0),
  acmeFrame("heartbeat-ack", 9, 0),
  acmeFrame("goaway", 0, 0),
].map(({ bytes }) => Buffer.concat(bytes));

describe("Acme's protocol keeps to what a proxy relies on", () => {
  test.each(frameConformance(acme, SAMPLES))("$name", ({ check }) => {
    expect(check()).toEqual([]);
  });
});

test("it is told apart from those that the mesh brings, and read", () => {
  const detector = createDetector(["http1", "bolt", acme]);
  expect(detector.detect(SAMPLES[0] as Buffer)).toEqual({ kind: "found", protocol: acme });
  const frames: Frame[] = [];
  new FrameDecoder(acme, (frame) => frames.push(frame)).feed(Buffer.concat(SAMPLES));
  const [call] = frames;
  expect([call?.service, call?.method, call?.header("trace"), call?.timeoutMs]).toEqual([
    "orders",
    "get",
    "7",
    1_000,
  ]);
});

test("the checks find what is wrong with a codec", () => {
  const forgetful = { ...acme, read: (bytes: Buffer) => acme.read(bytes, decodeLimits()).withId(1) };
  const failed = frameConformance(forgetful, SAMPLES).filter(({ check }) => check().length > 0);
  expect(failed.map(({ name }) => name)).toContain("another id changes nothing else");
});
