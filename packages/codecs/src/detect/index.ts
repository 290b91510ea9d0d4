export { createDetector, type Detection, type Detector, type WireProtocol } from "./detector.ts";
