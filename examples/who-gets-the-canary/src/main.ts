// node examples/who-gets-the-canary/src/main.ts 8080 http://127.0.0.1:8081 http://127.0.0.1:8082
import { createHeaders } from "@dualmesh/core";
import { createRouteTable } from "@dualmesh/routing";
import express from "express";

const [port = "8080", stable = "http://127.0.0.1:8081", canary = "http://127.0.0.1:8082"] =
  process.argv.slice(2);

const path = { kind: "prefix", value: "/" } as const;
const to = (name: string) => ({ kind: "single", name }) as const;
const table = createRouteTable({
  virtualHosts: [
    {
      name: "shop",
      domains: ["*"],
      routes: [
        {
          name: "testers",
          match: {
            path,
            headers: [{ kind: "value", name: "x-canary", value: { kind: "exact", value: "yes" } }],
          },
          action: { kind: "forward", clusters: to(canary) },
        },
        {
          name: "everybody",
          match: { path },
          action: {
            kind: "forward",
            clusters: {
              kind: "weighted",
              clusters: [
                { cluster: to(stable), weight: 95 },
                { cluster: to(canary), weight: 5 },
              ],
            },
          },
        },
      ],
    },
  ],
});

const server = express()
  .get(/.*/, async ({ method, originalUrl, host, protocol: scheme, rawHeaders }, response) => {
    const head = { method, scheme, authority: host, path: originalUrl, headers: createHeaders(rawHeaders) };
    const match = table.match(head);
    const answer = await fetch(`${match?.cluster}${originalUrl}`);
    response
      .status(answer.status)
      .set("x-route", match?.name)
      .send(await answer.text());
  })
  .listen(Number(port), "127.0.0.1", () => console.log(JSON.stringify(server.address())));
