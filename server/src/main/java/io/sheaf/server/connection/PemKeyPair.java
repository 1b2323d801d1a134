package io.sheaf.server.connection;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A key and its certificates, from PEM files.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param key of the first certificate
 * @param chain the certificate, then those that signed it
 */
record PemKeyPair(PrivateKey key, List<X509Certificate> chain) {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /**
   * Reads both, and checks that they belong together: while files are replaced one by one, they do
   * not.
   *
   * @throws GeneralSecurityException when one is not what it should be, or they do not
   */
  static PemKeyPair read(byte[] certificates, byte[] key) throws GeneralSecurityException {
    List<X509Certificate> chain = certificates(certificates);
    PemKeyPair pair = new PemKeyPair(key(chain.getFirst(), key), chain);
    pair.check();
    return pair;
  }

  /** The certificates of a PEM file, one at least. */
  static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    for (Certificate each : factory.generateCertificates(new ByteArrayInputStream(pem))) {
      certificates.add((X509Certificate) each);
    }
    if (certificates.isEmpty()) {
      throw new CertificateException("there is no certificate in the file");
    }
    return certificates;
  }

  private static PrivateKey key(X509Certificate certificate, byte[] pem)
      throws GeneralSecurityException {
    String text = new String(pem, StandardCharsets.US_ASCII);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new InvalidKeyException(
          "there is no PKCS#8 key without a password in the file; to make one of it: openssl pkcs8"
              + " -topk8 -nodes -in KEY -out NEWKEY");
    }
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
      return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException("the key is not in base 64", e);
    }
  }

  /** What the key signs, the certificate confirms. */
  private void check() throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] message = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(message);
    byte[] signed = signature.sign();
    signature.initVerify(chain.getFirst());
    signature.update(message);
    if (!signature.verify(signed)) {
      throw new InvalidKeyException("the key is not that of the certificate");
    }
  }
}
