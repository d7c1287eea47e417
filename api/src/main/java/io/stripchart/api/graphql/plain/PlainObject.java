package io.stripchart.api.graphql.plain;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/** An object. */
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
  void writePresent(JsonGenerator json, Object value) throws IOException {
    json.writeStartObject();
    for (var field : fields) {
      json.writeFieldName(field.key);
      field.type.write(json, field.of.apply(value));
    }
    json.writeEndObject();
  }
}
