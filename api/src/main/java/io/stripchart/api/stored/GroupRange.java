package io.stripchart.api.stored;

/**
 * Series that are grouped by a word of their names: rooms, buildings. The names of one group lie
 * together, between {@code <prefix><group>.} and {@code <prefix><group>/}, as the slash is the
 * character behind the dot.
 *
 * @param prefix what stands before the word: {@code room.}
 * @param rest what stands behind it, as a regular expression of whole names' ends: {@code
 *     \.[^.]+\.[^.]+}
 * @param after groups behind this one; "" for all
 */
public record GroupRange(String prefix, String rest, String after) {
  /** All of the range's names are this or behind it. */
  public String begin() {
    return after.isEmpty() ? prefix : endOf(after);
  }

  /** All of the range's names are before it. */
  public String end() {
    return prefix.substring(0, prefix.length() - 1) + '/';
  }

  /** What all names of a group, and of those before it, are before. */
  public String endOf(String group) {
    return prefix + group + '/';
  }

  /** The word of a name that has it. */
  public String group(String name) {
    return name.substring(prefix.length(), name.indexOf('.', prefix.length()));
  }

  /** Which names count. */
  String regex() {
    return '^' + prefix.replace(".", "\\.") + "[^.]+" + rest + '$';
  }

  /** Which word of a name it is, counted from 1. */
  int position() {
    return (int) prefix.chars().filter(c -> c == '.').count() + 1;
  }
}
