import { createCall } from "@dualmesh/core";
import { randomOf, seededRandom, textRequest, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { type RequestIdOptions, randomUuid, requestId } from "../src/index.ts";

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function pass(given: string | undefined, options: RequestIdOptions = {}) {
  const request = textRequest({ headers: given === undefined ? {} : { "X-Request-Id": given } });
  const filter = requestId({ random: seededRandom(1), ...options });
  const response = await filter(() => Promise.resolve(textResponse()))(request, createCall());
  return { sent: request.head.headers, answered: response.head.headers };
}

describe("a request id", () => {
  test("that is there is kept, and the head is forwarded as it came", async () => {
    const { sent } = await pass("mine");
    expect(sent.getAll("x-request-id")).toEqual(["mine"]);
    expect(sent.changed).toBe(false);
  });

  test.each([undefined, ""])("is made where there is none (%j)", async (given) => {
    const { sent } = await pass(given);
    expect(sent.getAll("x-request-id")).toEqual([expect.stringMatching(UUID_V4)]);
  });

  test("of a stranger is replaced where that is asked for", async () => {
    const { sent } = await pass("forged", { override: true });
    expect(sent.getAll("x-request-id")).toEqual([expect.stringMatching(UUID_V4)]);
  });

  test("is said in the response only where that is asked for", async () => {
    expect((await pass("mine", { inResponse: true })).answered.get("x-request-id")).toBe("mine");
    expect((await pass("mine")).answered.has("x-request-id")).toBe(false);
    const made = await pass(undefined, { inResponse: true });
    expect(made.answered.get("x-request-id")).toBe(made.sent.get("x-request-id"));
  });
});

describe("a random id", () => {
  test("has version 4 and variant 10, whatever is drawn", () => {
    expect(randomUuid(() => 0)).toBe("00000000-0000-4000-8000-000000000000");
    expect(randomUuid(() => 1 - 2 ** -53)).toBe("ffffffff-ffff-4fff-bfff-ffffffffffff");
    const random = seededRandom(3);
    const ids = Array.from({ length: 500 }, () => randomUuid(random));
    expect(ids.filter((id) => !UUID_V4.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(500);
  });

  test("draws four times, and writes what it drew in order", () => {
    const word = (hex: number): number => hex / 2 ** 32;
    const random = randomOf(word(0x01234567), word(0x89ab0def), word(0x0123_4567), word(0x89abcdef));
    expect(randomUuid(random)).toBe("01234567-89ab-4def-8123-456789abcdef");
  });
});
