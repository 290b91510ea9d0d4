/** Takes orders, as anybody would write it: `GET /order` asks the service `inventory` by its name, with `node:http`. */
import { createServer, get, type IncomingMessage } from "node:http";
import { json, text } from "node:stream/consumers";
import { type GatewayAnswer, ok, refused, unreached } from "./gateway-answer.ts";

const version = process.env["VERSION"] ?? "v1";
let orders = 0;

createServer((_request, response) => {
  void order().then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
}).listen(Number(process.env["PORT"]), "127.0.0.1");

async function order(): Promise<GatewayAnswer> {
  try {
    const answer = await ask("http://inventory/stock");
    if (answer.statusCode === 200) return ok({ order: ++orders, version, stock: await json(answer) });
    return refused("inventory", answer.statusCode ?? 0, answer.headers, await text(answer));
  } catch (error) {
    return unreached("inventory", error);
  }
}

function ask(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, resolve).on("error", reject);
  });
}
