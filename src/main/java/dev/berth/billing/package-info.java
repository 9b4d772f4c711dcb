/** Invoices and credit notes: written when money has come or gone back, numbered without a gap, never changed (RULES 31). */
@NullMarked
package dev.berth.billing;

import org.jspecify.annotations.NullMarked;
