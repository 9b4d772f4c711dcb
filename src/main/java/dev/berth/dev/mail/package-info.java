/** A mail server for development that delivers nothing: every mail it is given can be read in the browser. */
@NullMarked
package dev.berth.dev.mail;

import org.jspecify.annotations.NullMarked;
