package io.stripchart.api.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.language.AbstractDescribedNode;
import graphql.language.EnumTypeDefinition;
import graphql.language.FieldDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.language.NamedNode;
import graphql.language.ObjectTypeDefinition;
import graphql.language.TypeDefinition;
import graphql.parser.Parser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SchemaSourceTest {
  private final List<String> undescribed = new ArrayList<>();

  @Test
  void describesEveryTypeFieldAndArgument() {
    var document = new Parser().parseDocument(SchemaSource.TEXT);
    for (Object definition : document.getDefinitions()) {
      if (definition instanceof TypeDefinition<?> type) look("", type);
    }
    assertThat(undescribed).isEmpty();
  }

  private void look(String place, NamedNode<?> node) {
    var name = place + node.getName();
    var described = (AbstractDescribedNode<?>) node;
    if (described.getDescription() == null) undescribed.add(name);
    if (node instanceof ObjectTypeDefinition type) {
      type.getFieldDefinitions().forEach(field -> look(name + ".", field));
    } else if (node instanceof FieldDefinition field) {
      field.getInputValueDefinitions().forEach(argument -> look(name + "/", argument));
    } else if (node instanceof InputObjectTypeDefinition input) {
      input.getInputValueDefinitions().forEach(field -> look(name + ".", field));
    } else if (node instanceof EnumTypeDefinition values) {
      values.getEnumValueDefinitions().forEach(value -> look(name + ".", value));
    }
  }
}
