package io.stripchart.testing;

import java.net.URI;

/**
 * A virtual host of a test's own.
 *
 * @param uri the broker's own, not through a link
 * @param removal removes it and all in it
 */
record VirtualHost(String uri, Runnable removal) {
  /**
   * A virtual host on the broker of {@code stripchart.amqp.uri}, created by its control script;
   * without a script, the one of the URI, which tests then share.
   */
  static VirtualHost given(String name) {
    var uri = Property.value("stripchart.amqp.uri").orElseThrow();
    return ControlScript.configured()
        .map(
            script -> {
              script.run("add_vhost", name);
              return new VirtualHost(withPath(uri, name), () -> script.run("delete_vhost", name));
            })
        .orElseGet(() -> new VirtualHost(uri, () -> {}));
  }

  private static String withPath(String uri, String name) {
    var parts = URI.create(uri);
    return parts.getScheme() + "://" + parts.getRawAuthority() + "/" + name;
  }
}
