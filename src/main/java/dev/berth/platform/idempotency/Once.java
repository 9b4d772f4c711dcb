package dev.berth.platform.idempotency;

/**
 * An idempotency key of the actor.
 *
 * @param key chosen by the client, 8 to 100 characters
 * @param fingerprint of the request that the key stands for, in hexadecimal
 */
public record Once(String key, String fingerprint) {}
