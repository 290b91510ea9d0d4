/** What `inventory.proto` says, as grpc-js has it: for the server, and for its clients. */
import { fileURLToPath } from "node:url";
import type { Metadata, requestCallback } from "@grpc/grpc-js";
import {
  type Client,
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

export interface Stock {
  readonly worker: number;
  readonly left: number;
}

export interface InventoryClient extends Client {
  Take(request: object, metadata: Metadata, callback: requestCallback<Stock>): void;
}

const { shop } = loadPackageDefinition(
  loadSync(fileURLToPath(new URL("./inventory.proto", import.meta.url))),
) as { readonly shop: GrpcObject };

export const Inventory = (shop as { readonly Inventory: ServiceClientConstructor }).Inventory;
