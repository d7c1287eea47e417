package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The versions on the class path of the program. They must be at least those that fix known
 * vulnerabilities; see docs/decisions/0034-pinned-library-versions.md.
 */
@Timeout(30)
class DependencyVersionsTest {
  /** CVE-2026-42581 was fixed in 4.2.13, CVE-2026-50020 in 4.2.15. */
  private static final String NETTY = "4.2.15";

  /** CVE-2026-54512 and CVE-2026-54513 were fixed in 2.18.8 and in 2.22.1. */
  private static final String JACKSON = "2.22.1";

  private static final String JACKSON_3 = "3.2.2";

  /** Of a jar in a Maven repository: the folder of its artifact, then that of its version. */
  private static final Pattern JAR = Pattern.compile("(/[^!]+)/[0-9][^/]*/[^/]+[.]jar!/");

  @Test
  void usesANettyWithoutKnownVulnerabilities() {
    var versions = Version.identify(getClass().getClassLoader());
    assertThat(versions).containsKeys("netty-codec-http", "netty-codec-http2", "netty-handler");
    assertThat(versions)
        .allSatisfy(
            (artifact, version) -> assertAtLeast(artifact, version.artifactVersion(), NETTY));
  }

  @Test
  void usesAJacksonWithoutKnownVulnerabilities() throws IOException {
    var versions = new TreeMap<String, String>();
    for (var group : List.of("com.fasterxml.jackson.core", "tools.jackson.core")) {
      for (var name : List.of("jackson-core", "jackson-databind")) {
        for (var url : resources("META-INF/maven/" + group + "/" + name + "/pom.properties")) {
          versions.put(group + ":" + name, version(url));
        }
      }
    }
    assertThat(versions).hasSize(4);
    assertThat(versions)
        .allSatisfy(
            (artifact, version) ->
                assertAtLeast(
                    artifact, version, artifact.startsWith("tools.") ? JACKSON_3 : JACKSON));
  }

  /** Two versions of a library side by side would leave it to chance which of them is loaded. */
  @Test
  void hasEachLibraryOnce() throws IOException {
    var jars = resources("META-INF/MANIFEST.MF").stream().map(URL::toString).toList();
    var artifacts =
        jars.stream().map(JAR::matcher).filter(Matcher::find).map(found -> found.group(1)).toList();
    assertThat(artifacts).hasSizeGreaterThan(20).doesNotHaveDuplicates();
  }

  private static List<URL> resources(String name) throws IOException {
    return Collections.list(DependencyVersionsTest.class.getClassLoader().getResources(name));
  }

  private static String version(URL properties) throws IOException {
    var read = new Properties();
    try (var in = properties.openStream()) {
      read.load(in);
    }
    return read.getProperty("version");
  }

  private static void assertAtLeast(String artifact, String found, String least) {
    assertThat(ModuleDescriptor.Version.parse(found.replace(".Final", "")))
        .as("%s is %s", artifact, found)
        .isGreaterThanOrEqualTo(ModuleDescriptor.Version.parse(least));
  }
}
