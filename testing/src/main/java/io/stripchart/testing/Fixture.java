package io.stripchart.testing;

import java.time.Duration;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;

/**
 * Holds resources from its first callback to the matching last one: for a class and its nested
 * classes if the field is static, otherwise for a test.
 */
abstract sealed class Fixture
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback
    permits TestBroker, TestDatabase {
  private int depth;

  static {
    // Default timeout; a machine that runs builds may be slow.
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
  }

  abstract void open(ExtensionContext context);

  abstract void close();

  /** One for the whole JVM, made at its first use and closed after the last test. */
  static <T extends AutoCloseable> T shared(
      ExtensionContext context, Class<T> type, Supplier<T> made) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(Fixture.class))
        .computeIfAbsent(type, absent -> made.get(), type);
  }

  /**
   * Gives back a part of it.
   *
   * @throws IllegalStateException if it is not open
   */
  final <T> T opened(T part) {
    if (depth == 0) {
      throw new IllegalStateException(
          getClass().getSimpleName() + ": lacks @RegisterExtension, or its test is over");
    }
    return part;
  }

  @Override
  public final void beforeAll(ExtensionContext context) {
    enter(context);
  }

  @Override
  public final void beforeEach(ExtensionContext context) {
    enter(context);
  }

  @Override
  public final void afterEach(ExtensionContext context) {
    leave();
  }

  @Override
  public final void afterAll(ExtensionContext context) {
    leave();
  }

  private void enter(ExtensionContext context) {
    if (depth == 0) {
      open(context);
    }
    depth++;
  }

  private void leave() {
    depth--;
    if (depth == 0) {
      close();
    }
  }
}
