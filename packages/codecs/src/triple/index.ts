// For those who read and write calls.

export { TRIPLE_HEADER } from "./header.ts";
export {
  createTripleContent,
  type TripleContent,
  type TripleContentOptions,
  type TripleInvocation,
  type TripleResult,
} from "./triple-content.ts";

// For those who handle the messages themselves.

export {
  readTripleException,
  readTripleRequest,
  readTripleResponse,
  type TripleException,
  type TripleRequest,
  type TripleResponse,
  writeTripleException,
  writeTripleRequest,
  writeTripleResponse,
} from "./wrapper.ts";
