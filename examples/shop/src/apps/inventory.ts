/** Knows what is in stock, on two processes that share a port: `GET /stock`. */
import cluster from "node:cluster";
import { createServer } from "node:http";

const WORKERS = 2;

if (cluster.isPrimary) {
  for (let i = 0; i < WORKERS; i++) cluster.fork();
} else {
  let left = 1_000_000;
  createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ worker: cluster.worker?.id, left: --left }));
  }).listen(Number(process.env["PORT"]), "127.0.0.1");
}
