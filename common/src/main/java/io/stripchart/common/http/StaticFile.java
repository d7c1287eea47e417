package io.stripchart.common.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file of the class path, in memory; each is held once in a process.
 *
 * @param body not to be changed
 */
record StaticFile(Buffer body, String mediaType, EntityTag entityTag) {
  private static final String SWAGGER = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
  private static final ConcurrentHashMap<String, StaticFile> READ = new ConcurrentHashMap<>();

  /** A resource beside a class. */
  static StaticFile of(Class<?> owner, String name, String mediaType) {
    return READ.computeIfAbsent(
        owner.getName() + " " + name, key -> read(bytes(owner, name), mediaType));
  }

  /** A file of Swagger UI, whose folder has its version in the name. */
  static StaticFile ofSwagger(String name, String mediaType) {
    var folder = "/META-INF/resources/webjars/swagger-ui/" + swaggerVersion() + "/";
    return of(StaticFile.class, folder + name, mediaType);
  }

  private static String swaggerVersion() {
    try (var file = StaticFile.class.getResourceAsStream(SWAGGER)) {
      if (file == null) throw new IllegalStateException(SWAGGER + " is not on the class path");
      var properties = new Properties();
      properties.load(file);
      return properties.getProperty("version");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static byte[] bytes(Class<?> owner, String name) {
    try (var file = owner.getResourceAsStream(name)) {
      if (file == null) throw new IllegalStateException(name + " is not on the class path");
      return file.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static StaticFile read(byte[] bytes, String mediaType) {
    var body = Buffer.buffer(bytes);
    return new StaticFile(body, mediaType, EntityTag.of(body));
  }
}
