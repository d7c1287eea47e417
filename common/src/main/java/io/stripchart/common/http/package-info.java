/** What the HTTP servers of all roles have in common. */
package io.stripchart.common.http;
