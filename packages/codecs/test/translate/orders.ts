import { createHeaders } from "@dualmesh/core";
import { createSofaContent, writeBoltFrame } from "../../src/bolt/index.ts";
import { java } from "../../src/hessian/index.ts";
import {
  createTranslator,
  type HttpRequest,
  type HttpResponse,
  type ServiceSchema,
} from "../../src/translate/index.ts";

export interface Order {
  id: bigint;
  customer: string | null;
  isPaid: boolean;
}
export const Order = java.class<Order>("com.example.Order", {
  id: java.long,
  customer: java.string,
  isPaid: java.boolean,
});

export const schema = {
  service: "com.example.Orders",
  version: "2.0",
  methods: {
    greet: {
      args: { name: java.string },
      returns: java.string,
      http: [{ get: "/v1/greet/{name}" }, { custom: { kind: "SAY", path: "/v1/greet/{name}" } }],
    },
    get: {
      args: { id: java.long, withLines: java.boolean, tags: java.list(java.string) },
      returns: Order,
      http: {
        get: "/v1/orders/{id}",
        response_body: "customer",
        additional_bindings: [{ get: "/v2/orders/{id}" }],
      },
    },
    put: {
      args: { order: Order, force: java.boolean },
      http: {
        patch: "/v1/orders/{order.id}",
        body: "*",
        additional_bindings: [{ put: "/v1/orders", body: "order" }],
      },
    },
  },
} satisfies ServiceSchema;

export const bolt = createTranslator(schema, { target: "bolt", passHeaders: ["x-team"] });
export const sofa = createSofaContent({ classes: [Order] });

export function request(
  method: string,
  path: string,
  json?: unknown,
  more: readonly string[] = [],
): HttpRequest {
  const body = json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(json));
  const headers = createHeaders([
    ...(json === undefined ? [] : ["content-type", "application/json"]),
    ...more,
  ]);
  return { method, path, headers, body };
}

export function called(http: HttpRequest) {
  const call = bolt.fromHttp(http);
  if (call.kind !== "call") throw new Error(`${call.status} ${call.body.toString()}`);
  return { call, invocation: sofa.readRequest(call.message.body) };
}

export const answer = (
  result: Parameters<typeof sofa.writeResponse>[0],
  type?: Parameters<typeof sofa.writeResponse>[1],
) => writeBoltFrame({ type: 0, command: 2, id: 0, content: sofa.writeResponse(result, type) });

export const jsonOf = ({ status, body }: HttpResponse) => [status, JSON.parse(body.toString())] as const;
