package io.stripchart.api.rest;

import io.stripchart.common.http.PathTemplate;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Every path that a desk answers, and the methods of each. */
public final class RestPaths {
  private static final List<HttpMethod> READ = List.of(HttpMethod.GET, HttpMethod.HEAD);

  private final List<Path> paths;

  /**
   * @param methods HEAD beside each GET
   */
  private record Path(PathTemplate template, List<HttpMethod> methods) {}

  private RestPaths(List<Path> paths) {
    this.paths = List.copyOf(paths);
  }

  /**
   * Paths that are read.
   *
   * @param templates as {@link PathTemplate} has them
   */
  public static RestPaths read(String... templates) {
    return new RestPaths(
        Arrays.stream(templates).map(text -> new Path(new PathTemplate(text), READ)).toList());
  }

  /** These, and one that is read and changed. */
  public RestPaths and(String template, HttpMethod... changing) {
    var methods = new ArrayList<>(READ);
    methods.addAll(List.of(changing));
    var all = new ArrayList<>(paths);
    all.add(new Path(new PathTemplate(template), List.copyOf(methods)));
    return new RestPaths(all);
  }

  /** A method and a path, like {@code GET /series}; HEAD counts as GET. */
  public Set<String> operations() {
    var operations = new LinkedHashSet<String>();
    for (var path : paths) {
      for (var method : path.methods) {
        if (!method.equals(HttpMethod.HEAD)) operations.add(method + " " + path.template);
      }
    }
    return operations;
  }

  /** Of all of them: {@code GET, HEAD}. */
  public String methods() {
    return paths.stream()
        .flatMap(path -> path.methods.stream())
        .distinct()
        .map(HttpMethod::name)
        .collect(Collectors.joining(", "));
  }

  /** A desk that no other request reaches. */
  public RestHandler.Desk before(RestHandler.Desk desk) {
    return request -> {
      check(request);
      return desk.ask(request);
    };
  }

  /**
   * @throws ProblemException if the path is none of these, or the method none of the path's
   */
  private void check(RestRequest request) {
    for (var path : paths) {
      if (path.template.matches(request.segments())) {
        request.allow(path.methods);
        return;
      }
    }
    var all = paths.stream().map(path -> path.template.toString()).toList();
    throw new ProblemException(
        ProblemKind.UNKNOWN_PATH, null, "there are " + String.join(", ", all) + " here");
  }
}
