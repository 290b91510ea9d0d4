import { type Attribute, createAttribute } from "@dualmesh/core";
import type { EndpointPlan } from "../compile/endpoints.ts";

/** Takes the endpoint of the last attempt. */
export interface UpstreamHost {
  endpoint: EndpointPlan | undefined;
}

/** Where an attempt says who has it, if somebody wants to know: values of response headers do. */
export const UPSTREAM_HOST: Attribute<UpstreamHost | undefined> = createAttribute<UpstreamHost | undefined>(
  "upstream host",
  undefined,
);
