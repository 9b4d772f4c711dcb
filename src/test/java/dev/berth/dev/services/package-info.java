/** The development servers keep their promises. */
@NullMarked
package dev.berth.dev.services;

import org.jspecify.annotations.NullMarked;
