package io.stripchart.api.rest;

import io.stripchart.api.http.Accept;
import io.stripchart.common.http.HttpSettings;
import io.stripchart.common.http.Origins;
import io.stripchart.common.http.PathSegment;
import io.stripchart.common.http.PathTemplate;
import io.stripchart.common.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A request, as those read it who answer it. */
public final class RestRequest {
  private static final Set<HttpMethod> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final HttpServerRequest request;
  private final List<String> segments;

  RestRequest(HttpServerRequest request) {
    this.request = request;
    this.segments = PathTemplate.segments(request.path());
  }

  public HttpMethod method() {
    return request.method();
  }

  /**
   * This place as a link: relative, as a proxy may serve it below another path than the one that
   * arrives here.
   */
  public String path() {
    return relative(request.path(), request.path());
  }

  /**
   * A path as a link in a response, relative to the requested path (RFC 3986, 4.2).
   *
   * @param from the requested path; begins with a slash
   * @param to begins with a slash
   */
  static String relative(String from, String to) {
    int common = 0;
    for (int i = 0; i < Math.min(from.length(), to.length()); i++) {
      if (from.charAt(i) != to.charAt(i)) break;
      if (from.charAt(i) == '/') common = i + 1;
    }
    long up = from.substring(common).chars().filter(c -> c == '/').count();
    var rest = to.substring(common);
    if (up > 0) return "../".repeat((int) up) + rest;
    int slash = rest.indexOf('/');
    int colon = rest.indexOf(':');
    // A colon in the first segment would make a scheme of it.
    boolean isPlain = !rest.isEmpty() && (colon < 0 || (slash >= 0 && slash < colon));
    return isPlain ? rest : "./" + rest;
  }

  /** The segments of the path, as they were sent; of {@code /a/} "a" and "". */
  public List<String> segments() {
    return segments;
  }

  /**
   * A segment of the path, percent-decoded.
   *
   * @param name its meaning, for the problem
   * @throws ProblemException if it cannot be decoded
   */
  public String text(String name, int segment) {
    return Parameters.read(name, PathSegment::decode, segments.get(segment));
  }

  /**
   * A segment of the path as one word of a series name.
   *
   * @param name its meaning, for the problem
   * @throws ProblemException if it is not a word, which names the invalid character
   */
  public String word(String name, int segment) {
    return Parameters.read(name, text -> PathSegment.word(name, text), segments.get(segment));
  }

  /**
   * @throws ProblemException if it comes by another method
   */
  void allow(List<HttpMethod> methods) {
    if (methods.contains(request.method())) return;
    var names = methods.stream().map(HttpMethod::name).toList();
    var detail = "method: must be " + oneOf(names) + ", is " + request.method();
    throw new ProblemException(
        new Problem(ProblemKind.METHOD_NOT_ALLOWED, detail),
        Map.of("Allow", String.join(", ", names)));
  }

  private static String oneOf(List<String> names) {
    int last = names.size() - 1;
    if (last == 0) return names.get(0);
    return names.stream().limit(last).collect(Collectors.joining(", ")) + " or " + names.get(last);
  }

  /**
   * Refuses changes that a web page of a foreign origin sends, whatever its browser asked before.
   *
   * @throws ProblemException if it is one
   */
  public void refuseForeignPages(Origins origins, HttpSettings settings) {
    if (READING.contains(request.method()) || origins.mayChange(request, settings)) return;
    throw new ProblemException(
        ProblemKind.FOREIGN_ORIGIN,
        null,
        "Origin: web pages of this origin may change nothing here; STRIPCHART_API_ORIGINS names"
            + " those that may");
  }

  /**
   * @param known names of those that may be given
   * @throws ProblemException if there are others, or one is given twice
   */
  public Parameters parameters(List<String> known) {
    return Parameters.of(request, known);
  }

  /**
   * The format of the answer: by the parameter {@code format}, or the Accept header.
   *
   * @throws ProblemException if it is not offered
   */
  public Format format(Parameters parameters, List<Format> offered) {
    return Format.of(parameters.text("format"), Accept.header(request), offered);
  }

  /**
   * Sees to it that the client takes JSON.
   *
   * @throws ProblemException if it does not
   */
  public void acceptsJson() {
    Format.of(null, Accept.header(request), Format.JSON_ALONE);
  }

  /** This place with other parameters, as a link. */
  public String link(Parameters parameters, Map<String, String> changed) {
    return path() + parameters.query(changed);
  }

  /**
   * The body, which must be one JSON object. Must be called in the turn of the request.
   *
   * @return fails with {@link ProblemException}
   * @throws ProblemException if the request is refused without its body
   */
  public Future<JsonObject> body() {
    return JsonBody.object(request).read();
  }

  /**
   * The body, which may be any JSON but null; otherwise as {@link #body}.
   *
   * @return a {@link JsonObject}, a {@link io.vertx.core.json.JsonArray}, a text, a number or a
   *     truth
   */
  public Future<Object> anyBody() {
    return JsonBody.any(request).read();
  }
}
