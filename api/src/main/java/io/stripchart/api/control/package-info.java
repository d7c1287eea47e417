/** What the api asks of other roles: that a reading be stored, or a feed be switched. */
package io.stripchart.api.control;
