/** Completes long lists of plain objects without graphql-java's work for each of their fields. */
package io.stripchart.api.graphql.plain;
