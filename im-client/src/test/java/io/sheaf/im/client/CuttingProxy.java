package io.sheaf.im.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stands before a server, and may cut a connection before a reply, which the server has sent. */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int server;
  private final AtomicBoolean cuts = new AtomicBoolean();
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

  CuttingProxy(int server) throws IOException {
    this.server = server;
    start("proxy-accept", this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** The next reply does not come; the connection is cut in its place. */
  void cutBeforeNextReply() {
    cuts.set(true);
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
        open.add(client);
        open.add(behind);
        start("proxy-requests", () -> copy(client, behind, false));
        start("proxy-replies", () -> copy(behind, client, true));
      }
    } catch (IOException e) {
      // it is closed
    }
  }

  private void copy(Socket from, Socket to, boolean replies) {
    byte[] bytes = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        if (replies && cuts.getAndSet(false)) {
          return;
        }
        out.write(bytes, 0, count);
      }
    } catch (IOException e) {
      // one of them has closed, so both are
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
