/**
 * Real PostgreSQL, Redis and Kafka, started from Maven artifacts for development and tests.
 *
 * <p>Servers belong to the JVM that starts them: they end with it, also when it is killed, and the next start finds the
 * data. A server is only ever talked to when it is the one that was started here: a taken port is an error.
 */
@NullMarked
package dev.berth.dev.services;

import org.jspecify.annotations.NullMarked;
