/** PostgreSQL: the pool, pipelined statements, transactions, migrations. */
@NullMarked
package dev.berth.platform.db;

import org.jspecify.annotations.NullMarked;
