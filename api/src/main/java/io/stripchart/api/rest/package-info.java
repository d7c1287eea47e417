/** What every path of plain HTTP needs: reading requests, and giving answers and problems. */
package io.stripchart.api.rest;
