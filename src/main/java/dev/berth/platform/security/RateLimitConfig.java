package dev.berth.platform.security;

import dev.berth.platform.config.Default;
import java.util.List;

/**
 * How often what may be done, as {@code number/time}. {@code everything} is counted by each node alone, the others over
 * all nodes.
 *
 * @param everything all operations that name no policy of their own, by user or else by address
 * @param login attempts to log in, by address, and again by account
 * @param register new accounts and guests, by address
 * @param booking quotes, bookings and imports of calendars, by user
 * @param access what gates and sensors ask, by device
 * @param codes quotes with a promo code, by user or else by address
 * @param maxSubjects whom a node remembers at most when it counts alone
 */
public record RateLimitConfig(
        @Default("1200/1m") String everything,
        @Default("10/1m") String login,
        @Default("5/1m") String register,
        @Default("30/1m") String booking,
        @Default("120/1m") String access,
        @Default("30/10m") String codes,
        @Default("100000") int maxSubjects) {
    public RateLimitConfig {
        RatePolicy.parse("everything", everything);
        RatePolicy.parse("login", login);
        RatePolicy.parse("register", register);
        RatePolicy.parse("booking", booking);
        RatePolicy.parse("access", access);
        RatePolicy.parse("codes", codes);
    }

    List<RatePolicy> shared() {
        return List.of(
                RatePolicy.parse("login", login),
                RatePolicy.parse("register", register),
                RatePolicy.parse("booking", booking),
                RatePolicy.parse("access", access),
                RatePolicy.parse("codes", codes));
    }

    RatePolicy local() {
        return RatePolicy.parse(RateLimiter.EVERYTHING, everything);
    }

    public static RateLimitConfig defaults() {
        return new RateLimitConfig("1200/1m", "10/1m", "5/1m", "30/1m", "120/1m", "30/10m", 100_000);
    }
}
