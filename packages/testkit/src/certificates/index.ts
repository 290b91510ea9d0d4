export {
  type CertificateAuthority,
  type CertificateOptions,
  createCertificateAuthority,
  createSelfSignedCertificate,
  type IssuedCertificate,
} from "./certificate-authority.ts";
