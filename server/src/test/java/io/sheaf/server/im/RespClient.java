package io.sheaf.server.im;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small client that shows what the server says as it says it. */
public final class RespClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;

  public RespClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Over a socket that is connected already. */
  public RespClient(Socket connected) throws IOException {
    socket = connected;
    in = new BufferedInputStream(socket.getInputStream());
  }

  public void hello(int version) throws IOException {
    Reply _ = call("HELLO", Integer.toString(version));
  }

  public Reply call(String... words) throws IOException {
    send(words);
    return read();
  }

  public void send(String... words) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      request.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      request.writeBytes(bytes);
      request.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    socket.getOutputStream().write(request.toByteArray());
  }

  /** The next reply or push. */
  public Reply read() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return new Reply(
        switch (line.charAt(0)) {
          case '+' -> rest;
          case '-' -> new Reply.ErrorText(rest);
          case ':' -> Long.parseLong(rest);
          case ',' -> Double.parseDouble(rest);
          case '#' -> rest.equals("t");
          case '_' -> null;
          case '$', '=' -> rest.equals("-1") ? null : bulk(Integer.parseInt(rest));
          case '*', '~' -> rest.equals("-1") ? null : list(Integer.parseInt(rest));
          case '>' -> new Reply.Push(list(Integer.parseInt(rest)));
          case '%' -> map(Integer.parseInt(rest));
          default -> throw new IOException("not understood: " + line);
        });
  }

  private List<Reply> list(int count) throws IOException {
    List<Reply> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(read());
    }
    return list;
  }

  private Map<Reply, Reply> map(int count) throws IOException {
    Map<Reply, Reply> map = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      map.put(read(), read());
    }
    return map;
  }

  private String bulk(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    line();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server has closed");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
