/** GraphQL itself: documents, fields, answers. */
package io.stripchart.api.graphql;
