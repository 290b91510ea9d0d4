import { ENVOY } from "@dualmesh/codecs/http1";

/** Bytes of a response's head, and of its trailers. Envoy's limit for requests and responses of any protocol. */
export const MAX_HEAD_BYTES: number = ENVOY.maxHeadBytes;

/** Fields of a response's head, and of its trailers. */
export const MAX_FIELDS: number = ENVOY.maxFields;

/** Informational responses to one request: as many are a flood, that would never end in an answer. */
export const MAX_INFORMATIONAL = 100;
