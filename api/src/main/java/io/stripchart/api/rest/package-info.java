/** Common parts of all REST paths: reading requests, and sending responses and problems. */
package io.stripchart.api.rest;
