package io.stripchart.compose.building;

import io.stripchart.common.settings.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Whether this process simulates a building, and where its sensors push to.
 *
 * @param building empty if none is simulated
 * @param url of ingest, without a path; empty if it is the one of this machine
 */
public record BuildingSettings(Optional<Building> building, Optional<URI> url) {
  private static final String NONE = "none";

  public static BuildingSettings from(Settings settings) {
    return new BuildingSettings(
        settings.parsed(
            "STRIPCHART_SIMULATE",
            NONE,
            Building.RANGE + "; or none",
            text -> text.equals(NONE) ? Optional.empty() : Optional.of(Building.parse(text))),
        settings.parsed(
            "STRIPCHART_SIMULATE_URL",
            "",
            "http://host:port",
            text -> text.isEmpty() ? Optional.empty() : Optional.of(url(text))));
  }

  private static URI url(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("character " + (e.getIndex() + 1) + " is wrong");
    }
    if (!"http".equals(url.getScheme()) || url.getHost() == null) {
      throw new IllegalArgumentException("is no http: URL with a host");
    }
    // The rest of the URL without scheme, host and port.
    if (!text.substring(text.indexOf("//") + 2).equals(url.getRawAuthority())
        || url.getRawUserInfo() != null) {
      throw new IllegalArgumentException("has more than a host and a port");
    }
    return url;
  }
}
