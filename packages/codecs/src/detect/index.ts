export { type FirstWords, readFirstWords } from "./client-hello.ts";
export { createDetector, type Detection, type Detector, type WireProtocol } from "./detector.ts";
