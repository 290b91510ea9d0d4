import { type Attribute, createAttribute } from "@dualmesh/core";

/**
 * Whether a call goes out encrypted, to an endpoint that has proved its name, or not at all: whoever made it asked for
 * `https`. No filter and no header takes that back; the router refuses what its route would send otherwise.
 */
export const MUST_ENCRYPT: Attribute<boolean> = createAttribute<boolean>("must encrypt", false);
