/**
 * The double-entry ledger: what is posted when money moves, and the SQL for it in the caller's transaction. A library of
 * the capabilities that move money: it has no verticle and asks nobody.
 *
 * <p>{@link dev.berth.ledger.Account} is the chart of accounts, {@link dev.berth.ledger.Postings} the rules of posting
 * without any I/O, {@link dev.berth.ledger.LedgerSql} writes and reads; {@code ACCOUNTING.md} is
 * the same for accountants.
 */
@NullMarked
package dev.berth.ledger;

import org.jspecify.annotations.NullMarked;
