package io.stripchart.api.graphql.plain;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/** An object; completed, it is the array of its fields. */
final class PlainObject extends Plain {
  private final Field[] fields;

  /**
   * A selected field.
   *
   * @param of the field's value, of the object
   */
  record Field(SerializableString key, UnaryOperator<Object> of, Plain type) {
    Field(String key, UnaryOperator<Object> of, Plain type) {
      this(new SerializedString(key), of, type);
    }
  }

  PlainObject(boolean nullable, List<Field> fields) {
    super(nullable);
    this.fields = fields.toArray(Field[]::new);
  }

  @Override
  Object completePresent(Object value) {
    var completed = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      completed[i] = fields[i].type.complete(fields[i].of.apply(value));
    }
    return completed;
  }

  @Override
  void writePresent(JsonGenerator json, Object completed) throws IOException {
    var values = (Object[]) completed;
    json.writeStartObject();
    for (int i = 0; i < fields.length; i++) {
      json.writeFieldName(fields[i].key);
      fields[i].type.write(json, values[i]);
    }
    json.writeEndObject();
  }
}
