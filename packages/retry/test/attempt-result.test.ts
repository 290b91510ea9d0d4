import { type Execution, localReply, type ResponseFlag, resetReply } from "@dualmesh/core";
import { textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { attemptResult, type ResetReason } from "../src/index.ts";

describe("what an answer says of its attempt", () => {
  test("an upstream's answer was executed, whatever its status", () => {
    expect(attemptResult(textResponse(503))).toMatchObject({ status: 503, execution: "executed" });
  });

  test.each<{ flag: ResponseFlag; execution: Execution; reason: ResetReason }>([
    { flag: "UF", execution: "not-executed", reason: "connect-failure" },
    { flag: "UC", execution: "not-executed", reason: "reset-before-request" },
    { flag: "UC", execution: "in-doubt", reason: "reset" },
    { flag: "UR", execution: "not-executed", reason: "refused-stream" },
    { flag: "UR", execution: "in-doubt", reason: "reset" },
    { flag: "LR", execution: "in-doubt", reason: "reset" },
    { flag: "UPE", execution: "in-doubt", reason: "reset" },
  ])("a reset with flag $flag, $execution, is a $reason", ({ flag, execution, reason }) => {
    const reply = resetReply({ code: "UNAVAILABLE", flag, execution, message: "gone" });
    expect(attemptResult(reply)).toEqual({ status: 0, reset: reason, execution });
  });

  test.each<ResponseFlag>(["UH", "UO", "NR", "NC", "RL", "FI", "UAEX", "UT", ""])(
    'a local reply with flag "%s" is final: no attempt was cut off',
    (flag) => {
      expect(attemptResult(localReply({ status: 503, details: "no", flag }))).toBeUndefined();
    },
  );
});
