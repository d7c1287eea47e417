package io.stripchart.embedded;

import java.nio.file.Path;

/** A JVM that starts a database and does not live to close it. */
final class DatabaseChild {
  private DatabaseChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    var config =
        arguments.length == 0
            ? EmbeddedDatabase.Config.temporary()
            : EmbeddedDatabase.Config.durable(Path.of(arguments[0]));
    var database = EmbeddedDatabase.start(config);
    System.out.println("ready " + database.uri());
    Thread.currentThread().join();
  }
}
