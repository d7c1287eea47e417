/** Requests to other roles: to store a reading, or to switch a feed. */
package io.stripchart.api.control;
