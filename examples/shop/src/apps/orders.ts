/** Takes orders, as anybody would write it: `GET /order` asks the service `inventory` by its name, by gRPC. */
import { createServer } from "node:http";
import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { failedCall, type GatewayAnswer, ok } from "./gateway-answer.ts";
import { Inventory, type InventoryClient, type Stock } from "./inventory-api.ts";

const version = process.env["VERSION"] ?? "v1";
const inventory = new Inventory(
  "inventory:50051",
  credentials.createInsecure(),
) as unknown as InventoryClient;
let orders = 0;

createServer((_request, response) => {
  void order().then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
}).listen(Number(process.env["PORT"]), "127.0.0.1");

async function order(): Promise<GatewayAnswer> {
  try {
    return ok({ order: ++orders, version, stock: await take() });
  } catch (error) {
    return failedCall("inventory", error as ServiceError);
  }
}

/** May be asked twice: the shelf is long. */
function take(): Promise<Stock> {
  return new Promise((resolve, reject) => {
    inventory.Take({}, new Metadata({ idempotentRequest: true }), (error, stock) => {
      if (error === null && stock !== undefined) resolve(stock);
      else reject(error as ServiceError);
    });
  });
}
