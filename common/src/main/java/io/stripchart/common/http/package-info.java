/** The common part of the HTTP servers of all roles. */
package io.stripchart.common.http;
