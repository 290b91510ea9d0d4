/** The shop's front, as anybody would write it: `GET /buy` asks the service `orders` by its name, with `fetch`. */
import { createServer } from "node:http";
import { type GatewayAnswer, ok, refused, unreached } from "./gateway-answer.ts";

createServer((_request, response) => {
  void buy().then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
}).listen(Number(process.env["PORT"]), "127.0.0.1");

async function buy(): Promise<GatewayAnswer> {
  try {
    const answer = await fetch("http://orders/order");
    if (answer.ok) return ok(await answer.json());
    return refused("orders", answer.status, Object.fromEntries(answer.headers), await answer.text());
  } catch (error) {
    return unreached("orders", error);
  }
}
