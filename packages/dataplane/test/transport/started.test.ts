import { createHeaders, NO_BODY, type Request } from "@dualmesh/core";
import { expect, test } from "vitest";
import { createHttp1Transport } from "../../src/index.ts";
import { startUpstream } from "../static-plane.ts";

const REQUEST: Request = {
  head: {
    protocol: "http/1.1",
    exchange: "unary",
    method: "POST",
    scheme: "http",
    authority: "orders.test",
    path: "/",
    headers: createHeaders(),
  },
  body: NO_BODY,
};

test("an attempt has started once it has a connection: before, nothing has left the process", async () => {
  const seen = Promise.withResolvers<void>();
  await using upstream = await startUpstream(() => seen.resolve());
  const transport = createHttp1Transport();
  const attempt = transport.open({ kind: "tcp", host: "127.0.0.1", port: upstream.port }, REQUEST, {
    responded() {},
    failed() {},
    ended() {},
  });
  expect(attempt.started).toBe(false);
  await seen.promise;
  expect(attempt.started).toBe(true);
  attempt.cancel({ code: "CANCELLED", flag: "DC", execution: "in-doubt", message: "the test is over" });
  await transport.close();
});
