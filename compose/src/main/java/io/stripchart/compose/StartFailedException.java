package io.stripchart.compose;

import java.util.regex.Pattern;

/** A part cannot start; the message is one line for people. */
final class StartFailedException extends Exception {
  private static final long serialVersionUID = 1;
  private static final Pattern TELLING = Pattern.compile("\\b(error|FATAL|PANIC):");

  StartFailedException(String part, Throwable cause) {
    super("cannot start " + part + ": " + why(cause), cause);
  }

  /** Its message, and the message of its root cause, which its wrappers seldom repeat. */
  private static String why(Throwable failure) {
    var said = gist(failure);
    if (failure instanceof ExplainedException) return said;
    var root = root(failure);
    var rootSaid = gist(root);
    if (said.contains(rootSaid)) return said;
    var kind = root.getClass().getSimpleName();
    return said + ": " + (rootSaid.equals(kind) ? kind : kind + ": " + rootSaid);
  }

  /**
   * Its first line, and the decisive line if that is another: PostgreSQL's programs print other
   * lines before they fail. Its class if it has no message.
   */
  private static String gist(Throwable failure) {
    var message = failure.getMessage() == null ? "" : failure.getMessage();
    var lines = message.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty()) return failure.getClass().getSimpleName();
    var first = lines.get(0);
    return lines.stream()
        .skip(1)
        .filter(line -> TELLING.matcher(line).find())
        .findFirst()
        .filter(telling -> !TELLING.matcher(first).find())
        .map(telling -> first + " " + telling)
        .orElse(first);
  }

  private static Throwable root(Throwable failure) {
    var root = failure;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }
}
