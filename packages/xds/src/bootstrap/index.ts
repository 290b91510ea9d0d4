/** What a process begins with, from Envoy's bootstrap file or gRPC's: `@dualmesh/xds/bootstrap`. */
export {
  type AdminAddress,
  parseBootstrap,
  type RuntimeLayer,
  type XdsBootstrap,
} from "./envoy-bootstrap.ts";
export {
  chooseGrpcBootstrap,
  type GrpcBootstrap,
  type GrpcBootstrapChoice,
  parseGrpcBootstrap,
} from "./grpc-bootstrap.ts";
