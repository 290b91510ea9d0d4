/** What Node says when the peer hangs up within the handshake. */
const HUNG_UP = "before secure TLS connection was established";

/**
 * What went wrong with TLS, in Envoy's form (`TLS_error: WRONG_VERSION_NUMBER`); `undefined` for an error of something else.
 */
export function tlsReason(error: Error): string | undefined {
  const { message, code, reason } = error as NodeJS.ErrnoException & { readonly reason?: string };
  if (message.startsWith("TLS_error: ")) return message;
  if (message.includes(HUNG_UP)) return "TLS_error: the peer closed the connection within the handshake";
  if (reason !== undefined && code?.startsWith("ERR_SSL_") === true) return `TLS_error: ${words(reason)}`;
  // OpenSSL's own text: error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:…
  const found = /:SSL routines:[^:]*:([^:]+)/.exec(message);
  return found === null ? undefined : `TLS_error: ${words(found[1] as string)}`;
}

function words(reason: string): string {
  return reason.trim().replaceAll(" ", "_").toUpperCase();
}
