package io.sheaf.server.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * With which certificates a server speaks TLS.
 *
 * @param certificate PEM file: the server's certificate, then those that signed it
 * @param key PEM file: its key, PKCS#8, without a password
 * @param authorities PEM file: who signs the certificates of clients; null: those the JDK knows
 * @param clients whether clients have to show a certificate
 */
public record TlsOptions(
    Path certificate, Path key, @Nullable Path authorities, ClientCertificates clients) {
  /** Whether clients have to show a certificate. */
  public enum ClientCertificates {
    /** They are not asked for one. */
    NO,
    /** They are asked, and may have none; one that is shown has to be right. */
    OPTIONAL,
    /** Without one there is no connection. */
    REQUIRED
  }
}
