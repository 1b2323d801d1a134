package io.sheaf.im;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A disk that calls a test before each read of a file, without locks. */
final class ReadHook {
  private volatile Runnable beforeRead = () -> {};

  /** What is called from now on. */
  void set(Runnable hook) {
    beforeRead = hook;
  }

  /** The disk {@code beneath}, hooked. */
  FileSystem over(FileSystem beneath) {
    return proxy(
        FileSystem.class,
        beneath,
        result -> result instanceof ReadableFile file ? hooked(file) : result);
  }

  private ReadableFile hooked(ReadableFile file) {
    ReadableFile passing = proxy(ReadableFile.class, file, result -> result);
    InvocationHandler handler =
        (self, method, arguments) -> {
          if (method.getName().equals("read")) {
            beforeRead.run();
          }
          return Proxy.getInvocationHandler(passing).invoke(passing, method, arguments);
        };
    return cast(ReadableFile.class, handler);
  }

  private interface Result {
    Object of(Object result);
  }

  private static <T> T proxy(Class<T> type, T beneath, Result shown) {
    return cast(
        type,
        (self, method, arguments) -> {
          try {
            Object result = method.invoke(beneath, arguments);
            return result == null ? null : shown.of(result);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private static <T> T cast(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
