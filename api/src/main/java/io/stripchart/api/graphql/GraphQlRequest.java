package io.stripchart.api.graphql;

import java.util.Map;

/**
 * What a client asks for, by whichever way it came.
 *
 * @param operationName null where it is not given
 * @param variables never null
 */
public record GraphQlRequest(String query, String operationName, Map<String, Object> variables) {}
