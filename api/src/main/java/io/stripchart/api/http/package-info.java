/** GraphQL over HTTP, and the pages beside it. */
package io.stripchart.api.http;
