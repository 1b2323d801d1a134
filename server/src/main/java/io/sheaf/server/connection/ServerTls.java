package io.sheaf.server.connection;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.sheaf.server.tls.TlsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 with certificates from files. When the files change, new connections get the new
 * certificates; those that are open go on. Files that do not fit one another, as while they are
 * being replaced one by one, change nothing.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class ServerTls {
  private static final long HANDSHAKE_MILLIS = 10_000;

  private final TlsOptions options;
  private PemFiles loaded; // guarded by this
  private volatile SslContext context;

  /** What the files say. */
  @SuppressWarnings("ArrayRecordComponent") // compared by sameAs
  private record PemFiles(byte[] certificate, byte[] key, byte @Nullable [] authorities) {
    static PemFiles read(TlsOptions options) throws IOException {
      Path authorities = options.authorities();
      return new PemFiles(
          Files.readAllBytes(options.certificate()),
          Files.readAllBytes(options.key()),
          authorities == null ? null : Files.readAllBytes(authorities));
    }

    boolean sameAs(PemFiles other) {
      return Arrays.equals(certificate, other.certificate)
          && Arrays.equals(key, other.key)
          && Arrays.equals(authorities, other.authorities);
    }
  }

  /**
   * Reads the files.
   *
   * @throws IOException when one cannot be read, or they do not fit one another
   */
  public ServerTls(TlsOptions options) throws IOException {
    this.options = options;
    loaded = PemFiles.read(options);
    context = context(options, loaded);
  }

  private static SslContext context(TlsOptions options, PemFiles files) throws IOException {
    try {
      PemKeyPair pair = PemKeyPair.read(files.certificate(), files.key());
      SslContextBuilder builder =
          SslContextBuilder.forServer(pair.key(), pair.chain())
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .clientAuth(
                  switch (options.clients()) {
                    case NO -> ClientAuth.NONE;
                    case OPTIONAL -> ClientAuth.OPTIONAL;
                    case REQUIRED -> ClientAuth.REQUIRE;
                  });
      byte[] authorities = files.authorities();
      if (authorities != null) {
        builder.trustManager(PemKeyPair.certificates(authorities));
      }
      return builder.build();
    } catch (GeneralSecurityException | SSLException e) {
      throw new IOException(
          "the certificate "
              + options.certificate()
              + " and the key "
              + options.key()
              + " cannot be used: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Reads the files again where they have changed.
   *
   * @return whether they have
   * @throws IOException see the constructor; the certificates stay as they were
   */
  public synchronized boolean reload() throws IOException {
    PemFiles now = PemFiles.read(options);
    if (now.sameAs(loaded)) {
      return false;
    }
    context = context(options, now);
    loaded = now;
    return true;
  }

  /**
   * TLS for a connection; the costly part of a handshake is done by {@code workers}, so that it
   * does not hold up others.
   */
  public ChannelHandler newHandler(ByteBufAllocator allocator, Workers workers) {
    SslHandler handler =
        new SslHandler(context.newEngine(allocator), workers.executor()) {
          @Override
          public void exceptionCaught(ChannelHandlerContext handling, Throwable cause)
              throws Exception {
            if (!handling.isRemoved()) { // else nobody is there to hear of it: the client has gone
              super.exceptionCaught(handling, cause);
            }
          }
        };
    handler.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
    return handler;
  }
}
