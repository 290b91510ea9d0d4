/** Takes orders, as anybody would write it: `GET /order` asks the service `inventory` by its name, with `node:http`. */
import { createServer, get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { badGateway, type GatewayAnswer, relay } from "./gateway-answer.ts";

const version = process.env["VERSION"] ?? "v1";
let orders = 0;

createServer((_request, response) => {
  void order().then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
}).listen(Number(process.env["PORT"]), "127.0.0.1");

async function order(): Promise<GatewayAnswer> {
  try {
    const answer = await ask("http://inventory/stock");
    const body = await text(answer);
    const { statusCode = 0 } = answer;
    if (statusCode !== 200)
      return relay(statusCode, new Headers(answer.headers as Record<string, string>), body);
    const stock: unknown = JSON.parse(body);
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ order: ++orders, version, stock }),
    };
  } catch (error) {
    return badGateway("inventory", error);
  }
}

function ask(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, resolve).on("error", reject);
  });
}
