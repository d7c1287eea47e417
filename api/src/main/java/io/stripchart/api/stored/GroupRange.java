package io.stripchart.api.stored;

/**
 * Series grouped by a word of their names: rooms, buildings. The names of one group are contiguous,
 * between {@code <prefix><group>.} and {@code <prefix><group>/}, as the slash follows the dot in
 * ASCII.
 *
 * @param prefix text before the word: {@code room.}
 * @param rest text after it, as a regular expression of the ends of names: {@code \.[^.]+\.[^.]+}
 * @param after groups after this one; "" for all
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

  /** Upper bound of the names of a group and of those before it. */
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
