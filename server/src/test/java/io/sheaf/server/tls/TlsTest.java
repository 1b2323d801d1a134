package io.sheaf.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.ServedStore;
import io.sheaf.server.ServerOptions;
import io.sheaf.server.im.RespClient;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients over TLS. */
final class TlsTest {
  @TempDir private static Path directory;

  private static ServerOptions with(PemPair pair, TlsOptions.ClientCertificates clients) {
    return ServerOptions.DEFAULT.withTls(
        new TlsOptions(pair.certificate(), pair.key(), pair.certificate(), clients));
  }

  @Test
  void speaksBothVersionsOfTls() throws Exception {
    PemPair pair = PemPair.make(directory, "both");
    try (ServedStore store =
        new ServedStore(directory.resolve("a"), with(pair, TlsOptions.ClientCertificates.NO))) {
      for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
        try (SSLSocket socket = pair.connect(store.port(), version, false)) {
          assertEquals(version, socket.getSession().getProtocol());
          RespClient client = new RespClient(socket);
          client.hello(3);
          String value = "v".repeat(1 << 20);
          assertEquals("OK", client.call("SET", "big", value).text());
          assertEquals(value, client.call("GET", "big").text());
        }
      }
      assertThrows(SSLException.class, () -> pair.connect(store.port(), "TLSv1.1", false));
      try (RespClient plain = new RespClient(store.port())) {
        assertThrows(IOException.class, () -> plain.call("PING"));
      }
    }
  }

  @Test
  void asksForACertificateOfTheClient() throws Exception {
    PemPair pair = PemPair.make(directory, "client");
    ServerOptions options = with(pair, TlsOptions.ClientCertificates.REQUIRED);
    try (ServedStore store = new ServedStore(directory.resolve("b"), options)) {
      try (RespClient client = new RespClient(pair.connect(store.port(), "TLSv1.3", true))) {
        assertEquals("PONG", client.call("PING").text());
      }
      assertThrows(
          IOException.class,
          () -> {
            // TLS 1.3: the handshake ends before the server has looked at the certificate.
            try (RespClient client = new RespClient(pair.connect(store.port(), "TLSv1.3", false))) {
              Object _ = client.call("PING");
            }
          });
    }
  }

  @Test
  void takesNewCertificatesWhileItRuns() throws Exception {
    PemPair pair = PemPair.make(directory, "old");
    PemPair other = PemPair.make(directory, "new");
    try (ServedStore store =
            new ServedStore(directory.resolve("c"), with(pair, TlsOptions.ClientCertificates.NO));
        RespClient open = new RespClient(pair.connect(store.port(), "TLSv1.3", false))) {
      assertFalse(store.server().reload());
      Files.copy(
          other.certificate(),
          pair.certificate(),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      assertThrows(IOException.class, store.server()::reload); // the key is still the old one
      Files.copy(other.key(), pair.key(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      assertTrue(store.server().reload());
      try (SSLSocket socket = other.connect(store.port(), "TLSv1.3", false)) {
        BigInteger shown =
            ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        assertEquals(other.serialNumber(), shown);
      }
      assertEquals("PONG", open.call("PING").text());
    }
  }
}
