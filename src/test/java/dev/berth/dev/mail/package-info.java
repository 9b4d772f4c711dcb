/** Mails arrive, can be read and do no harm. */
@NullMarked
package dev.berth.dev.mail;

import org.jspecify.annotations.NullMarked;
