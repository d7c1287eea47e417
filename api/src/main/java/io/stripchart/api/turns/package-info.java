/** Who asks, and whose statement runs next. Depends on no other package of the api. */
package io.stripchart.api.turns;
