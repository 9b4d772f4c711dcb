/** Telling people: the inbox, mails, and the live word to open pages. */
@NullMarked
package dev.berth.notifications;

import org.jspecify.annotations.NullMarked;
