/** Tests of notifications and mails. */
@NullMarked
package dev.berth.notifications;

import org.jspecify.annotations.NullMarked;
