// Time and chance.

export { type CallForOptions, callFor } from "./call-for.ts";
export { type ManualClock, type ManualClockOptions, manualClock } from "./manual-clock.ts";
export { randomOf, seededRandom } from "./seeded-random.ts";

// The other side of a conversation.

export { type BodyRecorder, type BodyRecorderOptions, bodyRecorder } from "./body-recorder.ts";
export { type Asked, type MockHandle, type MockService, mockService } from "./mock-service.ts";
export { type RecordingMetrics, recordingMetrics } from "./recording-metrics.ts";
export {
  bodyText,
  type HeaderInput,
  type TextRequestOptions,
  textRequest,
  textResponse,
} from "./text-message.ts";
