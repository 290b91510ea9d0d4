/** Knows what is in stock, on two processes that share a port: a server of gRPC, as anybody would write it. */
import cluster from "node:cluster";
import { Server, ServerCredentials, type sendUnaryData } from "@grpc/grpc-js";
import { Inventory, type Stock } from "./inventory-api.ts";

const WORKERS = 2;

if (cluster.isPrimary) {
  for (let i = 0; i < WORKERS; i++) cluster.fork();
} else {
  let left = 1_000_000;
  const server = new Server();
  server.addService(Inventory.service, {
    Take(_call: unknown, callback: sendUnaryData<Stock>) {
      callback(null, { worker: cluster.worker?.id ?? 0, left: --left });
    },
  });
  server.bindAsync(`127.0.0.1:${process.env["PORT"]}`, ServerCredentials.createInsecure(), (error) => {
    if (error !== null) throw error;
  });
}
