import { type Attribute, createAttribute } from "@dualmesh/core";

/** The application has said that a call may be made twice, though its method does not say so: gRPC's are all POST. */
export const IDEMPOTENT: Attribute<boolean> = createAttribute<boolean>("idempotent", false);
